"""The four figures as they were: on any day, and day after day. Sums of daily movements: no entry is read.

A day is that of entries, so a closed day never changes; what comes late is in the first open one.
"""

from datetime import date
from typing import Any, NamedTuple

from services.ledger.domain import chart
from services.ledger.queries.progress import Figures
from shared.database import Work


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


_RECEIVED = (*chart.RECEIVED.values(), chart.GIFTS_FOR_LOCAL_CURRENCY)
_DISBURSED = (chart.GRANTS, chart.INVESTMENTS)
_FIGURES = """
    coalesce(sum(debit_minor - credit_minor) filter (where account = :promises), 0)::bigint as promised_minor,
    coalesce(sum(credit_minor - debit_minor) filter (where account = any(cast(:received as text[]))), 0)::bigint
        as received_minor,
    coalesce(sum(credit_minor - debit_minor) filter (where account = :local), 0)::bigint as local_currency_minor,
    coalesce(sum(debit_minor - credit_minor) filter (where account = any(cast(:disbursed as text[]))), 0)::bigint
        as disbursed_minor
"""
_OF_THESE = """
    from daily_movements
    where currency = 'EUR' and account = any(cast(:accounts as text[]))
        and (cast(:territory as text) is null or territory = :territory)
        and (cast(:fund as text) is null or fund = :fund)
        and (cast(:instrument as text) is null or instrument = :instrument)
"""


async def history(work: Work, wanted: Wanted) -> list[Point]:
    """The figures after each day on which one of them moved, the oldest first."""
    found = await work.execute(
        f"""
        with moved as (select entry_on, {_FIGURES} {_OF_THESE} group by entry_on)
        select entry_on, sum(promised_minor) over so_far, sum(received_minor) over so_far,
            sum(local_currency_minor) over so_far, sum(disbursed_minor) over so_far
        from moved window so_far as (order by entry_on) order by entry_on
        """,  # noqa: S608 - constants
        **_parameters(wanted),
    )
    return [Point(day, *map(int, figures)) for day, *figures in found]


async def figures_as_of(work: Work, day: date, wanted: Wanted) -> dict[str, Figures]:
    """The figures of every territory that had any by the end of a day."""
    found = await work.execute(
        f"select territory, {_FIGURES} {_OF_THESE} and entry_on <= :day group by territory order by territory",
        day=day,
        **_parameters(wanted),
    )
    return {territory: Figures(*figures) for territory, *figures in found}


def _parameters(wanted: Wanted) -> dict[str, Any]:
    return {
        **wanted._asdict(),
        "promises": chart.PROMISES,
        "received": list(_RECEIVED),
        "local": chart.GIFTS_FOR_LOCAL_CURRENCY,
        "disbursed": list(_DISBURSED),
        "accounts": [chart.PROMISES, *_RECEIVED, *_DISBURSED],
    }
