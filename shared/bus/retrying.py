"""Tries parked events again whose cause may have come: when their time is up, and when batches of their lane commit.

Costs nothing while nothing waits: one look at an empty index every few seconds, for what other replicas parked.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from shared.bus.lane import Lane
from shared.database import Database
from shared.inbox import parking
from shared.inbox.batch import Outcome
from shared.inbox.parking import Waiting
from shared.values import NATIONAL

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""How long what another replica parked may stay unseen by who serves its lane now."""

BREATH_SECONDS = 0.5
"""Between two looks, however many batches commit: a cause is found within this."""

AT_ONCE = 100

STIRRED_FOR = timedelta(minutes=1)
STIRRED_AT_ONCE = 20
"""A young orphan is tried whenever its lane moves, few at a time; an older one has a cause that was probably
lost, and under a flood it would cost its lane more than it is worth. It keeps its own, slower times."""


class Retrying:
    """What waits in the lanes that this process serves."""

    def __init__(self, *, database: Database, lanes: Mapping[str, Lane]) -> None:
        """`lanes` are all that the process may serve, by territory."""
        self._database = database
        self._lanes = lanes
        self._wake = asyncio.Event()
        self._stirred: set[str] = set()
        self._something_waits = False

    def look(self) -> None:
        """Look soon: a lane was gained."""
        self._wake.set()

    def heard(self, territory: str, outcome: Outcome) -> None:
        """A batch was committed: what it parked is due soon, what it applied may be a cause."""
        if outcome.applied and self._something_waits:
            self._stirred.add(territory)
            self._wake.set()
        if outcome.parked:
            self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        pause, looked = LOOK_SECONDS, 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            await asyncio.sleep(max(0.0, looked + BREATH_SECONDS - time.monotonic()))
            looked = time.monotonic()
            self._wake.clear()
            try:
                pause = await self._retry()
            except Exception as error:
                pause = LOOK_SECONDS
                log.warning("waiting_not_retried", service=self._database.service, error=type(error).__name__)

    async def _retry(self) -> float:
        """Try what is due and what was stirred. Returns how many seconds there is nothing to do, at most."""
        served = [territory for territory, lane in self._lanes.items() if lane.is_at_work]
        stirred, self._stirred = self._stirred, set()
        if not served:
            return LOOK_SECONDS
        async with self._database.begin() as work:
            found = await parking.what_waits(work, territories=served, at_most=AT_ONCE)
        self._something_waits = bool(found)
        now = self._database.now()
        due = [row for row in found if row.retry_at <= now]
        later = [row for row in found if row.retry_at > now]
        for row in [*due, *[row for row in later if _is_stirred(row, stirred, now)][:STIRRED_AT_ONCE]]:
            await self._replay(row.territory, row.key)
        if due:
            return 0.0  # what is left of them, or came behind them
        return min([LOOK_SECONDS, *((row.retry_at - now).total_seconds() for row in later)])

    async def _replay(self, territory: str, key: str) -> None:
        try:
            await self._lanes[territory].replay(key)
        except Exception as error:  # of this key alone: the others are not kept waiting
            log.warning(
                "waiting_not_retried",
                service=self._database.service,
                lane=territory,
                error=type(error).__name__,
            )


def _is_stirred(row: Waiting, stirred: set[str], now: datetime) -> bool:
    """Whether the cause of an event may just have come: by its own lane, or by the national one."""
    return row.parked_at > now - STIRRED_FOR and not stirred.isdisjoint((row.territory, NATIONAL))
