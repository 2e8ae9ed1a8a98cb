"""What is read of a camt.053 or camt.054 entry: the paths of both versions, since they differ in a few places only.

.001.02 has the status as text, the party's name right under its role, the amount of a transaction under
`AmtDtls` and charges one by one; .001.08 has `Sts/Cd`, `Pty/Nm`, `TxDtls/Amt` and `Chrgs/Rcrd`.
"""

from typing import NamedTuple

from services.pledges.formats.camt_fields import Fields, Shape

CHARGE_PATHS = ("Chrgs", "Chrgs/Rcrd")
CHARGES = tuple(f"{path}/{name}" for path in CHARGE_PATHS for name in ("Amt", "CdtDbtInd"))
DOMAIN_CODE = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
TRANSACTION_CODE = (*DOMAIN_CODE, "BkTxCd/Prtry/Cd")

AMOUNT_PATHS = ("Amt", *(f"AmtDtls/{name}/Amt" for name in ("TxAmt", "CntrValAmt", "InstdAmt")))
"""Where a transaction says its amount, in the order to look."""

DEBTOR, CREDITOR = (
    (
        tuple(f"RltdPties/{role}/{name}" for name in ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm")),
        f"RltdPties/{role}Acct/Id/IBAN",
    )
    for role in ("Dbtr", "Cdtr")
)
"""Where a transaction names each party, in the order to look, and the party's account."""

BATCH = Shape("MsgId", "PmtInfId", "NbOfTxs")

ENTRY = Shape(
    "NtryRef",
    "Amt",
    "CdtDbtInd",
    "RvslInd",
    *("Sts", "Sts/Cd", "Sts/Prtry"),
    *("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"),
    "AcctSvcrRef",
    *TRANSACTION_CODE,
    *CHARGES,
    *("NtryDtls/Btch/MsgId", "NtryDtls/Btch/PmtInfId"),
    "AddtlNtryInf",
)

DETAIL = Shape(
    *(
        f"Refs/{name}"
        for name in ("MsgId", "AcctSvcrRef", "PmtInfId", "InstrId", "EndToEndId", "TxId", "MndtId")
    ),
    *AMOUNT_PATHS,
    "CdtDbtInd",
    *TRANSACTION_CODE,
    *CHARGES,
    *(path for names, account in (DEBTOR, CREDITOR) for path in (*names, account)),
    *("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf"),
    *("RtrInf", "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    "AddtlTxInf",
)


class Detail(NamedTuple):
    """The values of one transaction, and those of the batch it belongs to."""

    fields: Fields
    batch: Fields
