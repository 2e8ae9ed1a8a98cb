"""How long each lane took to come back, read afterwards from the two databases: when pledges recorded an event, and
when the ledger took it in.

A lane's recovery from a fault is the longest wait, counted from the fault, of what was on its way then or was recorded
within the next second. A lane on which nothing waited longer than usual was not affected.
"""

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import asyncpg

from deploy.trials.chaos.site import Site

NEXT_SECOND = timedelta(seconds=1)
EARLIER = timedelta(minutes=5)
"""Nothing is on its way for longer than this without the run having failed."""

USUAL_SECONDS = 1.0
"""Undisturbed, an event is posted within a fraction of this; a lane that stays below was not affected."""

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Wait:
    """One event on its way from pledges to the ledger."""

    territory: str
    recorded_at: datetime
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """How lanes came back from faults of one kind: seconds of each affected lane, over those that struck alone."""

    faults: int
    alone: int
    lanes: int
    p50_seconds: float
    max_seconds: float


async def waits(pledges: asyncpg.Connection, ledger: asyncpg.Connection) -> list[Wait]:
    """Every event that the ledger has heard from pledges, in the order of recording."""
    posted = {
        row["event_id"]: row["heard_at"]
        for row in await ledger.fetch("select event_id, heard_at from inbox_messages")
    }
    return [
        Wait(row["lane"], row["recorded_at"], posted[row["event_id"]])
        for row in await pledges.fetch(
            "select event_id, lane, recorded_at from outbox_messages order by recorded_at"
        )
        if row["event_id"] in posted
    ]


def recoveries(waits: Sequence[Wait], faults: Iterable[tuple[str, datetime, bool]]) -> dict[str, Recovery]:
    """By kind of fault. `faults`: kind, moment, and whether it was alone (another one's trouble is not counted as its
    own). `waits` come in the order of recording."""
    recorded = [wait.recorded_at for wait in waits]
    seconds: dict[str, list[float]] = defaultdict(list)
    times: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for kind, at, is_alone in faults:
        times[kind] += 1
        if not is_alone:
            continue
        alone[kind] += 1
        around = waits[bisect_left(recorded, at - EARLIER) : bisect_right(recorded, at + NEXT_SECOND)]
        by_lane: dict[str, float] = defaultdict(float)
        for wait in around:
            waited = (wait.posted_at - max(at, wait.recorded_at)).total_seconds()
            by_lane[wait.territory] = max(by_lane[wait.territory], waited)
        seconds[kind] += [waited for waited in by_lane.values() if waited > USUAL_SECONDS]
    return {
        kind: Recovery(
            faults=count,
            alone=alone[kind],
            lanes=len(seconds[kind]),
            p50_seconds=round(median(seconds[kind]), 2) if seconds[kind] else 0.0,
            max_seconds=round(max(seconds[kind], default=0.0), 2),
        )
        for kind, count in sorted(times.items())
    }


async def until_posted(site: Site, *, within_seconds: float) -> bool:
    """Return once the ledger has all that pledges has recorded by now; or False when it has not in time."""
    awaited: set[object] | None = None

    async def is_posted() -> bool:
        nonlocal awaited
        awaited = await _recorded(site) if awaited is None else awaited
        awaited -= await _heard(site, awaited)
        return not awaited

    return await _until(is_posted, within_seconds=within_seconds)


async def until_proved(site: Site, *, statements: int, within_seconds: float) -> bool:
    """Return once so many statements are proved and nothing is set aside; or False when that is not so in time."""

    async def is_proved() -> bool:
        async with site.database("ledger") as database:
            proved = await database.fetchval("select count(*) from statements where proved_at is not null")
            parked = await database.fetchval("select count(*) from parked_events")
            return bool(proved >= statements and not parked)

    return await _until(is_proved, within_seconds=within_seconds)


async def _until(holds: Callable[[], Awaitable[bool]], *, within_seconds: float) -> bool:
    """Look until it holds; a database that is down is looked at again."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            if await holds():
                return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


async def _recorded(site: Site) -> set[object]:
    """The newest event of each lane."""
    async with site.database("pledges") as database:
        rows = await database.fetch(
            "select event_id from outbox_messages where position in"
            " (select max(position) from outbox_messages group by lane)"
        )
    return {row["event_id"] for row in rows}


async def _heard(site: Site, events: set[object]) -> set[object]:
    async with site.database("ledger") as database:
        rows = await database.fetch(
            "select event_id from inbox_messages where event_id = any($1::uuid[])", list(events)
        )
    return {row["event_id"] for row in rows}
