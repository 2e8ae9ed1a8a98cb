"""Shares of envelope as treasurers read them, and what their envelopes hold."""

from typing import Any

from services.ledger.domain.chart import ENVELOPE
from services.ledger.repository.envelope_shares import SHARE_COLUMNS, share_from
from shared.database import Work

SHOWN = 200


async def shares_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """What a territory cedes, and what others have ceded to it, the newest first.

    `order_hash` is what a second treasurer of the giving territory confirms.
    """
    found = await work.execute(
        f"select {SHARE_COLUMNS}, ordered_at, ended_at from envelope_shares"  # noqa: S608 - a constant list
        " where territory = :territory or (receiver = :territory and state = 'confirmed')"
        " order by ordered_at desc limit :shown",
        territory=territory,
        shown=SHOWN,
    )
    rows = []
    for row in found.mappings():
        shown = dict(row)
        extra = {name: shown.pop(name) for name in ("ordered_at", "ended_at")}
        rows.append({**shown, **extra, "order_hash": share_from(shown).order_hash})
    return rows


async def envelopes_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """What each envelope of a territory holds, by fund and currency, in minor units."""
    found = await work.execute(
        "select fund, currency, (-sum(amount_minor))::bigint as held_minor from balances"
        " where territory = :territory and account = any(cast(:accounts as text[]))"
        " group by fund, currency having sum(amount_minor) <> 0 order by fund, currency",
        territory=territory,
        accounts=list(ENVELOPE),
    )
    return [dict(row) for row in found.mappings()]
