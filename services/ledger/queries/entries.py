"""The journal of a territory, page by page; and what of an entry its hash covers."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from services.ledger.domain.chain import canonical_entry
from shared.database import Work


class OfJournal(NamedTuple):
    """Which entries of a territory: of one journal, from a day to another; None is any."""

    journal: str | None = None
    first: date | None = None
    last: date | None = None


ALL = OfJournal()


async def entries_of(
    work: Work, territory: str, *, before: int | None, at_most: int, of: OfJournal = ALL
) -> list[dict[str, Any]]:
    """A page of a territory's journal, the newest first: what the public can read. Lines ride along."""
    found = await work.execute(
        "select e.seq, e.journal, e.entry_number, e.entry_on, e.value_on, e.label, e.line_id,"
        " encode(e.hash, 'hex') as hash,"
        " (select json_agg(json_build_object('account', l.account, 'fund', l.fund, 'currency', l.currency,"
        " 'instrument', l.instrument, 'amount_minor', l.amount_minor) order by l.line)"
        "  from entry_lines l where l.territory = e.territory and l.seq = e.seq) as lines"
        " from journal_entries e"
        " where e.territory = :territory and (cast(:before as bigint) is null or e.seq < :before)"
        " and (cast(:journal as text) is null or e.journal = :journal)"
        " and (cast(:first as date) is null or e.entry_on >= :first)"
        " and (cast(:last as date) is null or e.entry_on <= :last)"
        " order by e.seq desc limit :at_most",
        territory=territory,
        before=before,
        at_most=at_most,
        **of._asdict(),
    )
    return [dict(row) for row in found.mappings()]


def canonical_row(entry: Any, lines: Sequence[tuple[str, int, str, str, str]]) -> bytes:
    """The bytes that an entry's hash covers, from its row and its lines in their order."""
    return canonical_entry(
        territory=entry.territory,
        seq=entry.seq,
        event_id=entry.event_id,
        journal=entry.journal,
        entry_number=entry.entry_number,
        entry_on=entry.entry_on,
        value_on=entry.value_on,
        document=entry.document,
        label=entry.label,
        payload_hash=entry.payload_hash,
        statement_id=entry.statement_id,
        line_id=entry.line_id,
        recorded_at=entry.recorded_at,
        lines=lines,
    )
