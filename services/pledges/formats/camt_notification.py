"""From the entries of a camt.054 to what they detail: the same entries as a camt.053 has, without balances."""

from collections.abc import Iterator
from datetime import date

from lxml import etree

from services.pledges.domain.notification import (
    DetailedEntry,
    NotificationHeader,
    NotificationTotals,
    NotifiedEntry,
    digest_of,
)
from services.pledges.formats.camt_entry import lines_of, read_entry
from services.pledges.formats.camt_fields import Fields, Shape, date_at, first
from services.pledges.formats.camt_header import iban_at, identity_at
from services.pledges.formats.camt_shapes import Detail
from services.pledges.formats.sepa import provided

HEAD = Shape("Id", "NtfctnPgntn/PgNb", "Acct/Id/IBAN")
UNSAID = date.min
"""The day of an entry that gives none: it is kept as such, and never compared."""

FoundInNotification = NotificationHeader | DetailedEntry | NotificationTotals


class Notification:
    """A notification being read. Raises `MalformedStatement`, as everything of it does."""

    def __init__(self, element: etree._Element) -> None:
        head = HEAD.read(element)
        identity = identity_at(head, page="NtfctnPgntn/PgNb", what="un avis")
        self.header = NotificationHeader(
            iban=iban_at(head, of=f"de l’avis « {identity} »"), notification_id=identity
        )
        self._entries = self._ignored_entries = 0

    def book(self, fields: Fields, details: list[Detail]) -> Iterator[DetailedEntry]:
        """The entry with its details, which sum to it. Nothing for an amount of zero: no statement has a line of it."""
        self._entries += 1
        where = f"l’écriture n° {self._entries} de l’avis « {self.header.notification_id} »"
        entry = read_entry(
            fields, where=where, number=self._entries, own_iban=self.header.iban, booked_else=UNSAID
        )
        lines = [line for line in lines_of(entry, details) if line.detail_index]
        if entry.signed_minor:
            yield DetailedEntry(
                NotifiedEntry(
                    entry_index=entry.number,
                    direction=entry.direction,
                    amount_minor=abs(entry.signed_minor),
                    booked_on=date_at(fields, "BookgDt", where=where),
                    bank_reference=provided(first(fields, "AcctSvcrRef")),
                    entry_reference=provided(first(fields, "NtryRef")),
                    detail_count=len(lines),
                    content_hash=digest_of(lines),
                ),
                lines,
            )

    def ignore(self) -> None:
        self._ignored_entries += 1

    def close(self) -> NotificationTotals:
        return NotificationTotals(entries=self._entries, ignored_entries=self._ignored_entries)
