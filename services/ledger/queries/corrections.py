"""Corrections as treasurers read them."""

from typing import Any

from services.ledger.repository.corrections import CORRECTION_COLUMNS, correction_from
from shared.database import Work

SHOWN = 200


async def corrections_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """The corrections of a territory, the newest first; `order_hash` is what a second treasurer confirms."""
    found = await work.execute(
        f"select {CORRECTION_COLUMNS}, ordered_at, ended_at,"  # noqa: S608 - a constant list of columns
        " (select journal || ' ' || entry_number from journal_entries e"
        "  where e.territory = c.territory and e.seq = c.corrected_seq) as entry"
        " from corrections c where territory = :territory order by ordered_at desc limit :shown",
        territory=territory,
        shown=SHOWN,
    )
    rows = []
    for row in found.mappings():
        shown = dict(row)
        extra = {name: shown.pop(name) for name in ("ordered_at", "ended_at", "entry")}
        correction = correction_from(shown)
        lines = [line._asdict() for line in correction.lines]
        rows.append({**shown, **extra, "lines": lines, "order_hash": correction.order_hash})
    return rows
