"""The trial balance of a period, and what came in and went out of a year: sums of daily movements."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from services.ledger.domain import chart
from shared.database import Work
from shared.values import in_cents


class PeriodBalance(NamedTuple):
    """An account over a period, in minor units: `opening` and `closing` are debits above zero."""

    account: str
    currency: str
    opening_minor: int
    debit_minor: int
    credit_minor: int

    @property
    def closing_minor(self) -> int:
        return self.opening_minor + self.debit_minor - self.credit_minor


async def balances_of_period(
    work: Work, *, first: date, last: date, territory: str | None = None, without: Collection[str] = ()
) -> list[PeriodBalance]:
    """Every account that had a balance or a movement, of one territory or of all; `without` some accounts."""
    found = await work.execute(
        """
        select account, currency,
            coalesce(sum(debit_minor - credit_minor) filter (where entry_on < :first), 0)::bigint,
            coalesce(sum(debit_minor) filter (where entry_on >= :first), 0)::bigint as debit_minor,
            coalesce(sum(credit_minor) filter (where entry_on >= :first), 0)::bigint as credit_minor
        from daily_movements
        where entry_on <= :last and account <> all(cast(:without as text[]))
            and (cast(:territory as text) is null or territory = :territory)
        group by account, currency order by account, currency
        """,
        first=first,
        last=last,
        territory=territory,
        without=list(without),
    )
    rows = [PeriodBalance(*row) for row in found]
    return [row for row in rows if row.opening_minor or row.debit_minor or row.credit_minor]


RESOURCES = {
    "Dons manuels": (chart.GIFTS, chart.GIFTS_FOR_LOCAL_CURRENCY),
    "Prêts reçus de l’épargne": (chart.LOANS_RECEIVED,),
    "Titres participatifs": (chart.PARTICIPATING_TITLES,),
    "Parts sociales": (chart.COOPERATIVE_SHARES,),
    "Sommes à souscrire ailleurs": (chart.CROSS_SUBSCRIPTIONS,),
    "Intérêts des prêts et participations": (chart.INTEREST_RECEIVED,),
}
USES = {
    "Aides versées à des projets": (chart.GRANTS,),
    "Prêts et participations à des projets": (chart.INVESTMENTS, chart.INVESTMENTS_REPAID),
    "Aides versées en monnaies locales": (chart.GRANTS_IN_LOCAL_CURRENCY,),
    "Frais de banque": (chart.BANK_FEES,),
}


async def resources_and_uses(work: Work, *, year: int) -> dict[str, Any]:
    """What came in and what it was used for in a year, in cents: the figures behind a compte d'emploi des ressources.

    A unit of a local currency counts as a euro. Francs of all territories are in it by their fixed parity, each amount
    converted once. Each amount is what came less what went back. `left_minor`: resources of the
    year that were not used in it.
    """
    rows = await balances_of_period(work, first=date(year, 1, 1), last=date(year, 12, 31))
    monies = {row.currency for row in rows}
    moved = {(row.account, row.currency): row.debit_minor - row.credit_minor for row in rows}

    def cents(accounts: Collection[str]) -> int:
        return sum(in_cents(sum(moved.get((one, money), 0) for one in accounts), money) for money in monies)

    resources = {name: -cents(accounts) for name, accounts in RESOURCES.items()}
    uses = {name: cents(accounts) for name, accounts in USES.items()}
    return {
        "year": year,
        "currency": "EUR",
        "resources": resources,
        "uses": uses,
        "for_local_currency_minor": -cents([chart.GIFTS_FOR_LOCAL_CURRENCY]),
        "left_minor": sum(resources.values()) - sum(uses.values()),
    }
