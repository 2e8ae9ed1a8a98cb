"""Balances by account: the trial balance."""

from collections.abc import Collection
from typing import Any

from shared.database import Work


async def trial_balance(
    work: Work, territory: str | None = None, *, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Balance of each account and currency, debits above zero; of one territory, or of all with the national lane.

    `without`: accounts that are left out.
    """
    found = await work.execute(
        "select account, currency, sum(amount_minor)::bigint as amount_minor from balances"
        " where (cast(:territory as text) is null or territory = :territory)"
        " and account <> all(cast(:without as text[]))"
        " group by account, currency having sum(amount_minor) <> 0 order by account, currency",
        territory=territory,
        without=list(without),
    )
    return [dict(row) for row in found.mappings()]
