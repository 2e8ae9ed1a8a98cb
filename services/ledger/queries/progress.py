"""The four figures, never merged: sums of balances per territory, so reading them costs O(territories).

What is in francs is in them in euros, by the fixed parity: the sum of a territory, rounded once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import Any

from services.ledger.domain import chart
from services.ledger.domain.inhabitants import Inhabitants, inhabitants, per_thousand, source_of_inhabitants
from shared.database import Work
from shared.values import CENTS, in_cents, territories


@dataclass(frozen=True, slots=True)
class Figures:
    """The four figures in minor units: promised, received, converted into local currencies, disbursed.

    `local_currency_minor` is the share of what is received that was set aside for local currencies, converted or not.
    """

    promised_minor: int
    received_minor: int
    local_currency_minor: int
    disbursed_minor: int
    converted_minor: int = 0

    @property
    def to_convert_minor(self) -> int:
        """What is set aside for local currencies and not converted yet; never below zero."""
        return max(self.local_currency_minor - self.converted_minor, 0)


NO_FIGURES = Figures(0, 0, 0, 0)


def in_euros(by_currency: Mapping[str, Figures]) -> Figures:
    """The figures of one territory in cents, from those in each currency: each figure converted once."""
    return sum_of(
        Figures(*(in_cents(amount, currency) for amount in astuple(found)))
        for currency, found in by_currency.items()
    )


def sum_of(figures: Iterable[Figures]) -> Figures:
    """The figures of several territories, added up: each is whole cents already."""
    return Figures(*map(sum, zip(*map(astuple, [NO_FIGURES, *figures]), strict=True)))


_ACCOUNTS = (
    chart.PROMISES,
    *chart.RECEIVED.values(),
    chart.GIFTS_FOR_LOCAL_CURRENCY,
    chart.CONVERTED,
    chart.GRANTS,
    chart.INVESTMENTS,
)


async def figures_of(work: Work) -> dict[str, Figures]:
    """The figures of every territory, zeros included."""
    found = await work.execute(
        "select territory, currency, account, sum(amount_minor)::bigint as amount from balances"
        " where account = any(cast(:accounts as text[])) and currency = any(cast(:currencies as text[]))"
        " group by territory, currency, account",
        accounts=list(_ACCOUNTS),
        currencies=list(CENTS),
    )
    by_territory: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for territory, currency, account, amount in found:
        by_territory[territory][currency][account] = amount
    return {
        found.code: in_euros(
            {currency: _figures(balances) for currency, balances in by_territory[found.code].items()}
        )
        for found in territories()
    }


def _figures(balances: Mapping[str, int]) -> Figures:
    def balance(account: str) -> int:
        return balances.get(account, 0)

    return Figures(
        promised_minor=balance(chart.PROMISES),
        received_minor=-sum(map(balance, chart.RECEIVED.values())) - balance(chart.GIFTS_FOR_LOCAL_CURRENCY),
        local_currency_minor=-balance(chart.GIFTS_FOR_LOCAL_CURRENCY),
        disbursed_minor=balance(chart.GRANTS) + balance(chart.INVESTMENTS),
        converted_minor=balance(chart.CONVERTED),
    )


async def progress(work: Work, *, target_minor: int) -> dict[str, Any]:
    """The public progress as JSON has it: amounts in cents, dates ISO 8601, territories in the order of their codes.

    What came for each thousand inhabitants is None where nobody is counted; in total it is of the others alone.
    """
    figures = await figures_of(work)
    proved_on = await work.execute(_PROVED_ON)
    day = proved_on.scalar()
    people = inhabitants()
    counted = sum(one.population for one in people.values())
    return {
        "target_minor": target_minor,
        "currency": "EUR",
        **asdict(sum_of(figures.values())),
        "received_proved_on": day.isoformat() if day else None,
        "to_convert_minor": sum(found.to_convert_minor for found in figures.values()),
        "inhabitants": counted,
        "inhabitants_source": source_of_inhabitants(),
        "received_minor_per_1000_inhabitants": per_thousand(
            sum(figures[code].received_minor for code in people), counted
        ),
        "territories": [
            {
                "code": found.code,
                "name": found.name,
                "region": found.region,
                **asdict(figures[found.code]),
                "to_convert_minor": figures[found.code].to_convert_minor,
                **_for_inhabitants(figures[found.code], people.get(found.code)),
            }
            for found in territories()
        ],
    }


def _for_inhabitants(figures: Figures, people: Inhabitants | None) -> dict[str, int | None]:
    count = people.population if people else None
    return {
        "inhabitants": count,
        "received_minor_per_1000_inhabitants": per_thousand(figures.received_minor, count),
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
