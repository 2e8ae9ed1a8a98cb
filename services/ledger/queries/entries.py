"""The journal of a territory, page by page."""

from typing import Any

from shared.database import Work


async def entries_of(work: Work, territory: str, *, before: int | None, at_most: int) -> list[dict[str, Any]]:
    """A page of a territory's journal, the newest first: what the public can read. Lines ride along."""
    found = await work.execute(
        "select e.seq, e.journal, e.entry_number, e.entry_on, e.value_on, e.label, e.line_id,"
        " encode(e.hash, 'hex') as hash,"
        " json_agg(json_build_object('account', l.account, 'fund', l.fund, 'amount_minor', l.amount_minor)"
        "  order by l.line) as lines"
        " from journal_entries e join entry_lines l using (territory, seq)"
        " where e.territory = :territory and (cast(:before as bigint) is null or e.seq < :before)"
        " group by e.territory, e.seq order by e.seq desc limit :at_most",
        territory=territory,
        before=before,
        at_most=at_most,
    )
    return [dict(row) for row in found.mappings()]
