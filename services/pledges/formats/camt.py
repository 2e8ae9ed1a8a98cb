"""Reads camt.053 bank statements and camt.054 notifications (ISO 20022), versions .001.02 and .001.08 of both.

BankToCustomerStatement is money; BankToCustomerDebitCreditNotification says what sums of it are made of. Only booked
entries count (PDNG and INFO announce money that another message will bring). Each statement must lead from its opening
to its closing balance, which is known at its end only: the caller keeps nothing of a file that is refused.
"""

from collections.abc import Iterator
from typing import BinaryIO

from services.pledges.domain.refusals import MalformedStatement
from services.pledges.domain.statement import BankLine, StatementHeader, StatementTotals
from services.pledges.domain.tally import Tally
from services.pledges.formats.camt_entry import lines_of, read_entry
from services.pledges.formats.camt_fields import Fields, first
from services.pledges.formats.camt_header import read_header
from services.pledges.formats.camt_notification import FoundInNotification, Notification
from services.pledges.formats.camt_shapes import Detail
from services.pledges.formats.camt_stream import NOTIFICATION, Begun, Ended, EntryRead, stream_entries

Found = StatementHeader | BankLine | StatementTotals | FoundInNotification
"""A statement's header, its lines and its totals; or a notification's header, its entries and its totals."""


def read_statements(stream: BinaryIO, *, max_bytes: int) -> Iterator[Found]:
    """Each statement or notification of a file: its header, what it has in order, then its totals.

    Raises a `BankFileRefused` (`domain/refusals.py`), at any point: do all in one transaction.
    """
    report: _Statement | Notification
    for step in stream_entries(stream, max_bytes=max_bytes):
        match step:
            case Begun(message, element):
                report = (
                    Notification(element) if message is NOTIFICATION else _Statement(read_header(element))
                )
                yield report.header
            case EntryRead(fields, details):
                if is_booked(fields):
                    yield from report.book(fields, details)
                else:
                    report.ignore()
            case Ended():
                yield report.close()


def is_booked(fields: Fields) -> bool:
    """Whether an entry has moved money."""
    status = first(fields, "Sts", "Sts/Cd", "Sts/Prtry")
    if status is None:
        raise MalformedStatement(reason="une écriture ne dit pas si elle est comptabilisée")
    return status == "BOOK"


class _Statement:
    """A statement being read."""

    def __init__(self, header: StatementHeader) -> None:
        self.header = header
        self._tally = Tally(header)

    def book(self, fields: Fields, details: list[Detail]) -> Iterator[BankLine]:
        self._tally.entries += 1
        entry = read_entry(
            fields,
            where=f"l’écriture n° {self._tally.entries} du relevé « {self.header.statement_id} »",
            number=self._tally.entries,
            own_iban=self.header.iban,
            booked_else=self.header.closing_on,
        )
        for line in lines_of(entry, details):
            self._tally.add(line)
            yield line

    def ignore(self) -> None:
        self._tally.ignored_entries += 1

    def close(self) -> StatementTotals:
        return self._tally.close()
