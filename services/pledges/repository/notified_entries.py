"""Notified entries that wait for their line: what they may be about, and what was settled.

They change under the import lock only: no other transaction settles them meanwhile.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.pledges.domain.notified_matching import Lump, Match, MatchedOn, Sum, Waiting
from shared.database import Work


async def waiting_entries(work: Work, *, ibans: Sequence[str]) -> list[Waiting]:
    """The entries of these accounts that wait, in the order in which they came: a row each."""
    found = await work.execute(
        """
        select entry_id, content_hash, iban, direction, amount_minor, booked_on, bank_reference, entry_reference,
            detail_count
        from notified_entries where state = 'waiting' and iban = any(cast(:ibans as text[]))
        order by notified_at, entry_id
        """,
        ibans=ibans,
    )
    rows = found.all()
    explained = await _explained_entries(work, rows)
    return [
        Waiting(
            row.entry_id,
            row.content_hash,
            Sum(row.iban, row.direction, row.amount_minor),
            row.booked_on,
            row.bank_reference,
            row.entry_reference,
            explained[row.iban, row.booked_on, _signed(row)].shown_by(row.bank_reference, row.detail_count),
        )
        for row in rows
    ]


@dataclass
class _Explained:
    """What is known of the booked entries of one sum and day that their statements explain themselves."""

    bank_references: set[str | None] = field(default_factory=set)
    line_counts: set[int] = field(default_factory=set)
    is_one_line: bool = False

    def shown_by(self, bank_reference: str | None, detail_count: int) -> frozenset[MatchedOn]:
        """What shows that a notified entry is one of them."""
        by_reference = bank_reference is not None and bank_reference in self.bank_references
        by_day = self.is_one_line or detail_count in self.line_counts
        evidence = {MatchedOn.BANK_REFERENCE: by_reference, MatchedOn.BOOKING_DATE: by_day}
        return frozenset(matched_on for matched_on, is_shown in evidence.items() if is_shown)


async def _explained_entries(
    work: Work, waiting: Sequence[Any]
) -> dict[tuple[str, date | None, int], _Explained]:
    """By account, day and signed amount: a row each.

    Only in statements that cover the day of an entry that waits: none, as long as its statement has not come.
    """
    known: dict[tuple[str, date | None, int], _Explained] = defaultdict(_Explained)
    days = {(row.iban, row.booked_on) for row in waiting if row.booked_on}
    if not days:
        return known
    found = await work.execute(
        """
        with covering as (
            select distinct statement_id, statements.iban
            from unnest(cast(:ibans as text[]), cast(:days as date[])) as asked (iban, booked_on)
            join statements on statements.iban = asked.iban
                and asked.booked_on between statements.opening_on and statements.closing_on
        ), explained as (
            select covering.iban, line.booked_on, count(*) as line_count, min(line.detail_index) as first_detail,
                cast(sum(case line.direction when 'credit' then line.amount_minor else -line.amount_minor end)
                    as bigint) as signed_minor,
                array_agg(line.bank_reference) as bank_references
            from covering join bank_lines as line using (statement_id)
            where line.booked_on = any(cast(:days as date[]))
                and not (line.fate = 'suspended' and line.detail_index = 0)
            group by covering.iban, line.statement_id, line.entry_index, line.booked_on
        )
        select * from explained where signed_minor = any(cast(:sums as bigint[]))
        """,
        ibans=[iban for iban, _ in days],
        days=[day for _, day in days],
        sums=list({_signed(row) for row in waiting}),
    )
    for row in found:
        explained = known[row.iban, row.booked_on, row.signed_minor]
        explained.bank_references |= set(row.bank_references)
        explained.line_counts.add(row.line_count)
        explained.is_one_line |= row.first_detail == 0
    return known


def _signed(row: Any) -> int:
    amount: int = row.amount_minor
    return amount if row.direction == "credit" else -amount


async def lumps_for(work: Work, waiting: Sequence[Waiting]) -> list[Lump]:
    """The sums in suspense that no statement details and that these entries may be about: a row each.

    The day is the same, where the notification says it: banks use their references again.
    """
    if not waiting:
        return []
    asked = {(*entry.sum, entry.booked_on) for entry in waiting}
    found = await work.execute(
        """
        select distinct on (line.line_id) line.line_id, statement.iban, line.direction, line.amount_minor,
            line.booked_on, line.bank_reference, statement.norm = 'camt.053' as is_comparable,
            taker.content_hash as taken_by
        from unnest(cast(:ibans as text[]), cast(:directions as text[]), cast(:amounts as bigint[]),
            cast(:days as date[])) as asked (iban, direction, amount_minor, booked_on)
        join bank_lines as line on line.fate = 'suspended' and line.detail_index = 0
            and line.amount_minor = asked.amount_minor and line.direction = asked.direction
            and (asked.booked_on is null or line.booked_on = asked.booked_on)
        join statements as statement
            on statement.statement_id = line.statement_id and statement.iban = asked.iban
        left join notified_entries as taker on taker.line_id = line.line_id
        order by line.line_id
        """,
        ibans=[iban for iban, _, _, _ in asked],
        directions=[direction for _, direction, _, _ in asked],
        amounts=[amount for _, _, amount, _ in asked],
        days=[day for _, _, _, day in asked],
    )
    return [
        Lump(
            row.line_id,
            Sum(row.iban, row.direction, row.amount_minor),
            row.booked_on,
            row.bank_reference,
            row.is_comparable,
            row.taken_by,
        )
        for row in found
    ]


async def save_matches(work: Work, matches: Sequence[Match]) -> None:
    """Write which line, which is locked, each entry details."""
    if not matches:
        return
    await work.execute(
        """
        update notified_entries set state = 'detailed', line_id = given.line_id, matched_on = given.matched_on
        from unnest(cast(:entries as uuid[]), cast(:lines as uuid[]), cast(:matched as text[]))
            as given (entry_id, line_id, matched_on)
        where notified_entries.entry_id = given.entry_id
        """,
        entries=[match.entry_id for match in matches],
        lines=[match.line_id for match in matches],
        matched=[match.matched_on.value for match in matches],
    )


async def save_already_detailed(work: Work, entry_ids: Sequence[UUID]) -> None:
    """Entries whose details are known already wait no more."""
    if not entry_ids:
        return
    await work.execute(
        "update notified_entries set state = 'already_detailed' where entry_id = any(cast(:ids as uuid[]))",
        ids=entry_ids,
    )


async def account_waiting(work: Work, entry_id: UUID, line_id: UUID) -> str | None:
    """The account of an entry that waits and a line that nothing details: theirs, as direction and amount are."""
    found = await work.execute(
        """
        select entry.iban from notified_entries as entry
        join bank_lines as line using (direction, amount_minor)
        join statements as statement on statement.statement_id = line.statement_id and statement.iban = entry.iban
        where entry.entry_id = :entry and entry.state = 'waiting' and line.line_id = :line
            and line.fate = 'suspended' and line.detail_index = 0
            and not exists (select from notified_entries as taker where taker.line_id = line.line_id)
        """,
        entry=entry_id,
        line=line_id,
    )
    iban: str | None = found.scalar()
    return iban
