"""How far a statement is posted: for commands and treasurers."""

from typing import Any
from uuid import UUID

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
