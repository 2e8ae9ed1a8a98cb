"""When the aim would be reached: what came in on the last days, read from daily movements. No entry is read.

Each statement costs territories × days of the window, through the key of the movements; only once the aim is reached
are all days read, to find the one. Francs are in it as the counter has them: the sum of each territory, converted.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.ledger.domain import chart
from services.ledger.domain.projection import MOST_WEEKS, WEEK, Projection, State, projected, whole_weeks
from shared.database import Work
from shared.values import CENTS, in_cents, territories

_OF_RECEIVED = "account = any(cast(:accounts as text[])) and currency = any(cast(:currencies as text[]))"


async def projection(work: Work, *, received_minor: int, target_minor: int) -> Projection:
    """What can be said of the day on which the aim is reached."""
    of = {
        "territories": [found.code for found in territories()],
        "accounts": [*chart.RECEIVED.values(), chart.GIFTS_FOR_LOCAL_CURRENCY],
        "currencies": list(CENTS),
    }
    if received_minor >= target_minor:
        return Projection(State.REACHED, reached_on=await _reached_on(work, target_minor, of))
    through = (await work.execute(_THROUGH, **of)).scalar()
    if through is None:
        return Projection(State.TOO_EARLY)
    begin = date.fromordinal(max(through.toordinal() - MOST_WEEKS * WEEK + 1, 1))
    daily = await work.execute(_DAILY, **of, begin=begin, through=through)
    older = await work.execute(_OLDER, **of, begin=begin)
    weeks = whole_weeks(_in_cents_by_day(daily), through=through, is_older=bool(older.scalar()))
    return projected(weeks, missing_minor=target_minor - received_minor, through=through)


async def _reached_on(work: Work, target_minor: int, of: dict[str, Any]) -> date | None:
    """The day since which the aim is reached: the last on which it came from below to it."""
    reached_on, received = None, 0
    for day, moved in _in_cents_by_day(
        await work.execute(_DAILY, **of, begin=date.min, through=date.max)
    ).items():
        if received < target_minor <= received + moved:
            reached_on = day
        received += moved
    return reached_on


def _in_cents_by_day(moved: Iterable[Any]) -> dict[date, int]:
    """What each day brought in cents, from the amounts by day, currency and place in the order of days.

    What a place has had up to the day is converted, not the day alone: the days add up to their sum, to the cent.
    """
    so_far: dict[tuple[str, str], int] = defaultdict(int)
    by_day: dict[date, int] = defaultdict(int)
    for day, currency, place, amount in moved:
        before = so_far[currency, place]
        so_far[currency, place] += amount
        by_day[day] += in_cents(before + amount, currency) - in_cents(before, currency)
    return by_day


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
    select entry_on, currency, case currency when 'EUR' then '' else territory end as place,
        sum(credit_minor - debit_minor)::bigint as moved
    from daily_movements
    where territory = any(cast(:territories as text[])) and entry_on between :begin and :through and {_OF_RECEIVED}
    group by entry_on, currency, place order by entry_on
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
