"""How far a statement is posted, and what waits in suspense: for commands and treasurers."""

from typing import Any
from uuid import UUID

from services.ledger.repository.disbursements import DISBURSEMENT_COLUMNS, disbursement_from
from shared.database import Work


async def statement_posting(work: Work, statement_id: UUID) -> dict[str, Any] | None:
    """Lines announced and posted of one statement; None when the ledger has heard nothing of it."""
    found = await work.execute(
        "select s.line_count, s.proved_at, coalesce(sum(t.line_count), 0)::bigint as posted"
        " from statement_tallies t full join statements s using (statement_id)"
        " where coalesce(s.statement_id, t.statement_id) = :id group by s.line_count, s.proved_at",
        id=statement_id,
    )
    row = found.first()
    if row is None:
        return None
    return {
        "statement_id": str(statement_id),
        "line_count": row.line_count,
        "posted_lines": row.posted,
        "proved_at": row.proved_at.isoformat() if row.proved_at else None,
    }


async def disbursements_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """The disbursements of a territory, the newest first, as a treasurer needs them to decide.

    `order_hash` is what a second treasurer confirms; it is there once a first one has ordered.
    """
    found = await work.execute(
        f"select {DISBURSEMENT_COLUMNS}, organisation_name, refusal, changed_at"  # noqa: S608 - a constant list
        " from disbursements where territory = :territory order by changed_at desc limit 200",
        territory=territory,
    )
    rows = []
    for row in found.mappings():
        shown = dict(row)
        extra = {name: shown.pop(name) for name in ("organisation_name", "refusal", "changed_at")}
        disbursement = disbursement_from(shown)
        order_hash = disbursement.order_hash if disbursement.ordered_by else None
        rows.append({**shown, **extra, "order_hash": order_hash})
    return rows


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
