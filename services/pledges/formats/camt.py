"""Reads camt.053 bank statements (ISO 20022 BankToCustomerStatement), versions .001.02 and .001.08.

Streamed: a file of any length takes the memory of its longest entry. Only booked entries count (PDNG and
INFO announce money that another statement will bring). Each statement must lead from its opening to its
closing balance, which is known at its end only: the caller keeps nothing of a file that is refused.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from lxml import etree

from services.pledges.domain.refusals import MalformedStatement, UnsupportedFormat
from services.pledges.domain.statement import BankLine, StatementHeader, StatementTotals
from services.pledges.domain.tally import Tally
from services.pledges.formats.camt_entry import lines_of, read_entry
from services.pledges.formats.camt_fields import Fields, first, name_of, namespace_of
from services.pledges.formats.camt_header import read_header
from services.pledges.formats.camt_shapes import BATCH, DETAIL, ENTRY, Detail
from services.pledges.formats.xml_stream import stream_elements

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
VERSIONS = ("camt.053.001.02", "camt.053.001.08")
ACCEPTED = (*VERSIONS, "CFONB 120")
MAX_DETAILS = 100_000  # a batch is held whole until it adds up: some 200 MB at this size
MISPLACED = "une écriture y est mal placée"


def read_statements(
    stream: BinaryIO, *, max_bytes: int
) -> Iterator[StatementHeader | BankLine | StatementTotals]:
    """Each statement of a file: its header, its lines in order, then its totals once they add up.

    Raises a `BankFileRefused` (`domain/refusals.py`), at any point: do all in one transaction.
    """
    statement: _Statement | None = None
    head: Fields | None = None  # of the entry being read; what precedes its details is freed with them
    details: list[Detail] = []
    found_any = False
    for element in stream_elements(stream, max_bytes=max_bytes, choose_tags=_choose_tags):
        match name_of(element):
            case "TxDtls":
                _climb(element, "NtryDtls", "Ntry")
                details.append(_read_detail(element, details))
                if len(details) > MAX_DETAILS:
                    raise MalformedStatement(
                        reason=f"une écriture y regroupe plus de {MAX_DETAILS} opérations"
                    )
            case "NtryDtls":  # reported so that what stands between the details of one entry never piles up
                entry = _climb(element, "Ntry")
                head = ENTRY.read(entry) if head is None else head
            case "Ntry":
                parent = _climb(element, "Stmt")
                if statement is None:
                    statement = _Statement(read_header(parent))
                    yield statement.header
                yield from statement.book((head or {}) | ENTRY.read(element), details)
                head, details = None, []
            case "Stmt":
                _climb(element, "BkToCstmrStmt", "Document")
                if statement is None:
                    statement = _Statement(read_header(element))
                    yield statement.header
                yield statement.close()
                statement, found_any = None, True
    if not found_any:
        raise MalformedStatement(reason="il ne contient aucun relevé")


def _choose_tags(root_tag: str) -> Sequence[str]:
    namespace, _, name = root_tag.rpartition("}")
    version = namespace.removeprefix("{").removeprefix(NAMESPACE)
    if name != "Document" or version not in VERSIONS:
        raise UnsupportedFormat(found=(version or name)[:80], accepted=ACCEPTED)
    return [f"{namespace}}}{tag}" for tag in ("TxDtls", "NtryDtls", "Ntry", "Stmt")]


class _Statement:
    """A statement being read."""

    def __init__(self, header: StatementHeader) -> None:
        self.header = header
        self._tally = Tally(header)

    def book(self, fields: Fields, details: list[Detail]) -> Iterator[BankLine]:
        status = first(fields, "Sts", "Sts/Cd", "Sts/Prtry")
        if status is None:
            raise MalformedStatement(reason="une écriture ne dit pas si elle est comptabilisée")
        if status != "BOOK":
            self._tally.ignored_entries += 1
            return
        self._tally.entries += 1
        entry = read_entry(
            fields,
            number=self._tally.entries,
            statement_id=self.header.statement_id,
            own_iban=self.header.iban,
            closing_on=self.header.closing_on,
        )
        for line in lines_of(entry, details):
            self._tally.add(line)
            yield line

    def close(self) -> StatementTotals:
        return self._tally.close()


def _read_detail(element: etree._Element, before: list[Detail]) -> Detail:
    """A transaction with the batch announced before it; the batch is read once and shared by its details."""
    elder = element.getprevious()
    batch: Fields = {}
    if elder is not None and name_of(elder) == "Btch":
        batch = BATCH.read(elder)
    elif elder is not None and before:
        batch = before[-1].batch
    return Detail(fields=DETAIL.read(element), batch=batch)


def _climb(element: etree._Element, *names: str) -> etree._Element:
    """The ancestor these parents lead to. Refuses an element out of place: its money would be unchecked."""
    namespace, ancestor = namespace_of(element), element
    for name in names:
        parent = ancestor.getparent()
        if parent is None or parent.tag != namespace + name:
            raise MalformedStatement(reason=MISPLACED, line=element.sourceline)
        ancestor = parent
    return ancestor
