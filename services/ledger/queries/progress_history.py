"""The four figures as they were: on any day, and day after day. Sums of daily movements: no entry is read.

A day is that of entries, so a closed day never changes; what comes late is in the first open one. Francs are in the
figures as the counter has them: the sum of each territory up to the day, converted once.
"""

from collections import defaultdict
from dataclasses import astuple
from datetime import date
from typing import Any, NamedTuple

from services.ledger.domain import chart
from services.ledger.queries.progress import Figures, in_euros, sum_of
from shared.database import Work
from shared.values import CENTS, NATIONAL


class Wanted(NamedTuple):
    """Of what: None is all of it."""

    territory: str | None = None
    fund: str | None = None
    instrument: str | None = None


class Point(NamedTuple):
    """The figures at the end of a day on which one of them moved, in minor units."""

    day: date
    promised_minor: int
    received_minor: int
    local_currency_minor: int
    disbursed_minor: int
    converted_minor: int


_RECEIVED = (*chart.RECEIVED.values(), chart.GIFTS_FOR_LOCAL_CURRENCY)
_DISBURSED = (chart.GRANTS, chart.INVESTMENTS)
_FIGURES = """
    coalesce(sum(debit_minor - credit_minor) filter (where account = :promises), 0)::bigint as promised_minor,
    coalesce(sum(credit_minor - debit_minor) filter (where account = any(cast(:received as text[]))), 0)::bigint
        as received_minor,
    coalesce(sum(credit_minor - debit_minor) filter (where account = :local), 0)::bigint as local_currency_minor,
    coalesce(sum(debit_minor - credit_minor) filter (where account = any(cast(:disbursed as text[]))), 0)::bigint
        as disbursed_minor,
    coalesce(sum(debit_minor - credit_minor) filter (where account = :converted), 0)::bigint as converted_minor
"""
_OF_THESE = """
    from daily_movements
    where currency = any(cast(:currencies as text[])) and account = any(cast(:accounts as text[]))
        and territory <> :national
        and (cast(:territory as text) is null or territory = :territory)
        and (cast(:fund as text) is null or fund = :fund)
        and (cast(:instrument as text) is null or instrument = :instrument)
"""


async def history(work: Work, wanted: Wanted) -> list[Point]:
    """The figures after each day on which one of them moved, the oldest first."""
    found = await work.execute(
        f"""
        with moved as (
            select entry_on, currency, case currency when 'EUR' then '' else territory end as place, {_FIGURES}
            {_OF_THESE} group by entry_on, currency, place
        )
        select entry_on, currency, place, sum(promised_minor) over so_far, sum(received_minor) over so_far,
            sum(local_currency_minor) over so_far, sum(disbursed_minor) over so_far,
            sum(converted_minor) over so_far
        from moved window so_far as (partition by currency, place order by entry_on) order by entry_on
        """,  # noqa: S608 - constants
        **_parameters(wanted),
    )
    so_far: dict[tuple[str, str], Figures] = {}
    points: dict[date, Point] = {}
    for day, currency, place, *figures in found:
        so_far[place, currency] = in_euros({currency: Figures(*map(int, figures))})
        points[day] = Point(day, *astuple(sum_of(so_far.values())))
    return list(points.values())


async def figures_as_of(work: Work, day: date, wanted: Wanted) -> dict[str, Figures]:
    """The figures of every territory that had any by the end of a day."""
    found = await work.execute(
        f"select territory, currency, {_FIGURES} {_OF_THESE} and entry_on <= :day"
        " group by territory, currency order by territory",
        day=day,
        **_parameters(wanted),
    )
    by_territory: dict[str, dict[str, Figures]] = defaultdict(dict)
    for territory, currency, *figures in found:
        by_territory[territory][currency] = Figures(*figures)
    return {territory: in_euros(by_currency) for territory, by_currency in by_territory.items()}


def _parameters(wanted: Wanted) -> dict[str, Any]:
    return {
        **wanted._asdict(),
        "promises": chart.PROMISES,
        "received": list(_RECEIVED),
        "local": chart.GIFTS_FOR_LOCAL_CURRENCY,
        "disbursed": list(_DISBURSED),
        "currencies": list(CENTS),
        "national": NATIONAL,
        "converted": chart.CONVERTED,
        "accounts": [chart.PROMISES, *_RECEIVED, *_DISBURSED, chart.CONVERTED],
    }
