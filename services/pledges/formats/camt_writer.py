"""Writes camt.053 statements (.001.02 and .001.08) from the domain's values: samples, tests and benches.

Streamed: one entry is held at a time. It writes what it is given, wrong balances included, since hostile
statements are samples too. A remittance text longer than 140 characters is cut as banks do.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import BinaryIO

from lxml import etree

from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.formats.camt_stream import NAMESPACE, VERSIONS

CODES = {Direction.CREDIT: "CRDT", Direction.DEBIT: "DBIT"}
LONGEST_UNSTRUCTURED = 140

Tree = dict[str, "str | Tree | list[str | Tree] | None"]
"""Elements by name, in the order of the norm: text, children, or several of the same name; None is absent."""


def write_statements(
    out: BinaryIO,
    statements: Iterable[tuple[StatementHeader, Iterable[BankLine]]],
    *,
    message_id: str,
    created_at: datetime,
    version: str = VERSIONS[-1],
) -> None:
    """Writes one file with these statements; the lines of an entry must follow one another.

    `version` is `camt.053.001.02` or `camt.053.001.08`; `created_at` is in UTC.
    """
    if version not in VERSIONS:
        raise ValueError(f"{version} is not one of {', '.join(VERSIONS)}")
    created = created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("Document", nsmap={None: NAMESPACE + version}), xml.element("BkToCstmrStmt"):
            xml.write(*_elements({"GrpHdr": {"MsgId": message_id, "CreDtTm": created}}))
            for header, lines in statements:
                with xml.element("Stmt"):
                    for element in _elements(_head(header, created=created)):
                        xml.write(element)
                    for _, entry in groupby(lines, key=lambda line: line.entry_index):
                        written = _entry(list(entry), version=version)
                        xml.write(*_elements({"Ntry": written}), pretty_print=True)


def _head(header: StatementHeader, *, created: str) -> Tree:
    sequence = header.sequence_number
    return {
        "Id": header.statement_id,
        "ElctrncSeqNb": None if sequence is None else str(sequence),
        "CreDtTm": created,
        "Acct": {"Id": {"IBAN": header.iban}, "Ccy": header.currency},
        "Bal": [
            _balance("OPBD", header.opening_minor, header.opening_on.isoformat()),
            _balance("CLBD", header.closing_minor, header.closing_on.isoformat()),
        ],
    }


def _balance(code: str, signed_minor: int, day: str) -> Tree:
    return {"Tp": {"CdOrPrtry": {"Cd": code}}, **_amount(signed_minor), "Dt": {"Dt": day}}


def _entry(lines: list[BankLine], *, version: str) -> Tree:
    head = lines[0]
    modern = version == VERSIONS[-1]
    charges = [line for line in lines if line.is_charge]
    details = [line for line in lines if line.detail_index and not line.is_charge]
    records: list[str | Tree] = [_amount(line.signed_minor) for line in charges]
    domain, family, sub_family = (*(head.transaction_code or "").split("/"), "", "")[:3]
    coded: Tree = {"Domn": {"Cd": domain, "Fmly": {"Cd": family, "SubFmlyCd": sub_family}}}
    proprietary: Tree = {"Prtry": {"Cd": head.transaction_code or "NC"}}
    return {
        **_amount(sum(line.signed_minor for line in lines)),
        "RvslInd": "true" if head.is_reversal else None,
        "Sts": {"Cd": "BOOK"} if modern else "BOOK",
        "BookgDt": {"Dt": head.booked_on.isoformat()},
        "ValDt": {"Dt": head.value_on.isoformat()},
        "AcctSvcrRef": head.bank_reference if len(details) < 2 else None,
        "BkTxCd": coded if sub_family else proprietary,
        "Chrgs": {"Rcrd": records} if modern and records else records,
        "NtryDtls": {"TxDtls": [_detail(line, modern=modern) for line in details]} if details else None,
        "AddtlNtryInf": head.additional_information if not details else None,
    }


def _detail(line: BankLine, *, modern: bool) -> Tree:
    party: Tree | None = {"Nm": line.counterparty_name} if line.counterparty_name else None
    account: Tree | None = {"Id": {"IBAN": line.counterparty_iban}} if line.counterparty_iban else None
    role = "Dbtr" if line.direction is Direction.CREDIT else "Cdtr"
    parties: Tree = {role: {"Pty": party} if modern and party else party, f"{role}Acct": account}
    reference: Tree = {"CdtrRefInf": {"Tp": {"CdOrPrtry": {"Cd": "SCOR"}}, "Ref": line.structured_reference}}
    pieces: list[str | Tree] = [*_pieces(line.remittance_text or "")]
    remittance: Tree = {
        "Ustrd": pieces,
        "Strd": reference if line.structured_reference else None,
    }
    amount = _amount(line.signed_minor)
    return {
        "Refs": {
            "MsgId": line.message_id,
            "AcctSvcrRef": line.bank_reference,
            "PmtInfId": line.payment_information_id,
            "InstrId": line.instruction_id,
            "EndToEndId": line.end_to_end_id or "NOTPROVIDED",
            "TxId": line.transaction_id,
            "MndtId": line.mandate_id,
        },
        **(amount if modern else {"AmtDtls": {"TxAmt": {"Amt": amount["Amt"]}}}),
        "RltdPties": parties if party or account else None,
        "RmtInf": remittance if line.remittance_text or line.structured_reference else None,
        "RtrInf": {"Rsn": {"Cd": line.return_reason}} if line.return_reason else None,
        "AddtlTxInf": line.additional_information,
    }


def _amount(signed_minor: int) -> Tree:
    whole, cents = divmod(abs(signed_minor), 100)
    return {"Amt": f"{whole}.{cents:02d}", "CdtDbtInd": "DBIT" if signed_minor < 0 else "CRDT"}


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), LONGEST_UNSTRUCTURED):
        yield text[start : start + LONGEST_UNSTRUCTURED]


def _elements(tree: Tree) -> list[etree._Element]:
    """The elements of a tree, in its order."""
    parent = etree.Element("parent")
    _grow(parent, tree)
    return list(parent)


def _grow(parent: etree._Element, tree: Tree) -> None:
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                continue
            child = etree.SubElement(parent, name)
            if isinstance(one, dict):
                _grow(child, one)
            else:
                child.text = one
                if name == "Amt":
                    child.set("Ccy", "EUR")
