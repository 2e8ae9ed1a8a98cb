"""What is read of a camt.053 entry: the paths of both versions, since they differ in a few places only.

.001.02 has the status as text, the party's name right under its role, the amount of a transaction under
`AmtDtls` and charges one by one; .001.08 has `Sts/Cd`, `Pty/Nm`, `TxDtls/Amt` and `Chrgs/Rcrd`.
"""

from dataclasses import dataclass

from services.pledges.formats.camt_fields import Fields, Shape

CHARGE_PATHS = ("Chrgs", "Chrgs/Rcrd")
CHARGES = tuple(f"{path}/{name}" for path in CHARGE_PATHS for name in ("Amt", "CdtDbtInd"))
DOMAIN_CODE = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
TRANSACTION_CODE = (*DOMAIN_CODE, "BkTxCd/Prtry/Cd")

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
    "Amt",
    "CdtDbtInd",
    *(f"AmtDtls/{name}/Amt" for name in ("TxAmt", "CntrValAmt", "InstdAmt")),
    *TRANSACTION_CODE,
    *CHARGES,
    *(
        f"RltdPties/{role}{path}"
        for role in ("Dbtr", "Cdtr")
        for path in ("/Nm", "/Pty/Nm", "/Agt/FinInstnId/Nm", "Acct/Id/IBAN")
    ),
    *("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf"),
    *("RtrInf", "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    "AddtlTxInf",
)


@dataclass(frozen=True, slots=True)
class Detail:
    """The values of one transaction, and those of the batch it belongs to."""

    fields: Fields
    batch: Fields
