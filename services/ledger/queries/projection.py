"""When the aim would be reached: what came in on the last days, read from daily movements. No entry is read.

Each statement costs territories × days of the window, through the key of the movements; only once the aim is reached
are all days summed, to find the one.
"""

from datetime import date
from typing import Any

from services.ledger.domain import chart
from services.ledger.domain.projection import MOST_WEEKS, WEEK, Projection, State, projected, whole_weeks
from shared.database import Work
from shared.values import territories

_OF_RECEIVED = "account = any(cast(:accounts as text[])) and currency = 'EUR'"


async def projection(work: Work, *, received_minor: int, target_minor: int) -> Projection:
    """What can be said of the day on which the aim is reached."""
    of = {
        "territories": [found.code for found in territories()],
        "accounts": [*chart.RECEIVED.values(), chart.GIFTS_FOR_LOCAL_CURRENCY],
    }
    if received_minor >= target_minor:
        return Projection(State.REACHED, reached_on=await _reached_on(work, target_minor, of))
    through = (await work.execute(_THROUGH, **of)).scalar()
    if through is None:
        return Projection(State.TOO_EARLY)
    begin = date.fromordinal(max(through.toordinal() - MOST_WEEKS * WEEK + 1, 1))
    daily = await work.execute(_DAILY, **of, begin=begin, through=through)
    older = await work.execute(_OLDER, **of, begin=begin)
    weeks = whole_weeks(
        {row.entry_on: row.moved for row in daily}, through=through, is_older=bool(older.scalar())
    )
    return projected(weeks, missing_minor=target_minor - received_minor, through=through)


async def _reached_on(work: Work, target_minor: int, of: dict[str, Any]) -> date | None:
    """The day since which the aim is reached: the last on which it came from below to it."""
    found = await work.execute(_REACHED, **of, target_minor=target_minor)
    day: date | None = found.scalar()
    return day


_THROUGH = f"""
    select greatest(
        (select max(closing_on) from statements),
        (select max(newest.entry_on) from unnest(cast(:territories as text[])) as one (territory)
            cross join lateral (
                select entry_on from daily_movements d where d.territory = one.territory and {_OF_RECEIVED}
                order by entry_on desc limit 1
            ) as newest)
    )
"""  # noqa: S608 - constants
"""The last day that the bank, or an entry that came late into an open day, tells of."""

_DAILY = f"""
    select entry_on, sum(credit_minor - debit_minor)::bigint as moved from daily_movements
    where territory = any(cast(:territories as text[])) and entry_on between :begin and :through and {_OF_RECEIVED}
    group by entry_on
"""  # noqa: S608 - constants

_OLDER = f"""
    select exists (
        select from unnest(cast(:territories as text[])) as one (territory)
        cross join lateral (
            select from daily_movements d
            where d.territory = one.territory and d.entry_on < :begin and {_OF_RECEIVED} limit 1
        ) as found
    )
"""  # noqa: S608 - constants

_REACHED = f"""
    select max(entry_on) from (
        select entry_on, sum(moved) over days as after, sum(moved) over days - moved as before
        from (
            select entry_on, sum(credit_minor - debit_minor) as moved from daily_movements
            where territory = any(cast(:territories as text[])) and {_OF_RECEIVED} group by entry_on
        ) as each
        window days as (order by entry_on)
    ) as running
    where before < :target_minor and after >= :target_minor
"""  # noqa: S608 - constants
