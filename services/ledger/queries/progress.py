"""The four figures, never merged: sums of balances per territory, so reading them costs O(territories)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from services.ledger.domain import chart
from shared.database import Work
from shared.values import territories


@dataclass(frozen=True, slots=True)
class Figures:
    """The four figures in minor units."""

    promised_minor: int
    received_minor: int
    local_currency_minor: int
    disbursed_minor: int


_ACCOUNTS = (
    chart.PROMISES,
    *chart.RECEIVED.values(),
    chart.GIFTS_FOR_LOCAL_CURRENCY,
    chart.GRANTS,
    chart.INVESTMENTS,
)


async def figures_of(work: Work) -> dict[str, Figures]:
    """The figures of every territory, zeros included."""
    found = await work.execute(
        "select territory, account, sum(amount_minor)::bigint as amount from balances"
        " where account = any(cast(:accounts as text[])) and currency = 'EUR' group by territory, account",
        accounts=list(_ACCOUNTS),
    )
    by_territory: dict[str, dict[str, int]] = defaultdict(dict)
    for territory, account, amount in found:
        by_territory[territory][account] = amount
    return {found.code: _figures(by_territory[found.code]) for found in territories()}


def _figures(balances: Mapping[str, int]) -> Figures:
    def balance(account: str) -> int:
        return balances.get(account, 0)

    return Figures(
        promised_minor=balance(chart.PROMISES),
        received_minor=-sum(map(balance, chart.RECEIVED.values())) - balance(chart.GIFTS_FOR_LOCAL_CURRENCY),
        local_currency_minor=-balance(chart.GIFTS_FOR_LOCAL_CURRENCY),
        disbursed_minor=balance(chart.GRANTS) + balance(chart.INVESTMENTS),
    )


async def progress(work: Work, *, target_minor: int) -> dict[str, Any]:
    """The public progress as JSON has it: amounts in cents, dates ISO 8601, territories in the order of their codes."""
    figures = await figures_of(work)
    proved_on = await work.execute(_PROVED_ON)
    day = proved_on.scalar()
    return {
        "target_minor": target_minor,
        "currency": "EUR",
        "promised_minor": sum(found.promised_minor for found in figures.values()),
        "received_minor": sum(found.received_minor for found in figures.values()),
        "received_proved_on": day.isoformat() if day else None,
        "local_currency_minor": sum(found.local_currency_minor for found in figures.values()),
        "disbursed_minor": sum(found.disbursed_minor for found in figures.values()),
        "territories": [
            {"code": found.code, "name": found.name, "region": found.region, **asdict(figures[found.code])}
            for found in territories()
        ],
    }


def stamped(progress: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The progress with the moment at which it was read."""
    return {**progress, "as_of": now.isoformat()}


_PROVED_ON = """
    select max(closing_on) from statements
    where proved_at is not null and closing_on < coalesce(
        (select min(closing_on) from statements where proved_at is null), 'infinity'
    )
"""
"""The last day up to which every statement is proved."""
