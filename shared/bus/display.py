"""Shows a lane's breaker where operators read it (`lane_breakers`), and writes its changes into the history.

The database is often the trouble itself: what could not be written is kept, and told when it can be.
"""

import asyncio
from collections import deque
from datetime import UTC, datetime

import structlog

from shared.bus.history import ITSELF, Change, write_down
from shared.database import Database
from shared.inbox.breaker import Breaker, State

log = structlog.get_logger(__name__)

SHOW_SECONDS = 2.0
"""A lane does not wait longer for its display than for its first rests."""

PROBES_TOLD = 10
"""Failed probes that are told of one trouble, some four minutes; later ones say the same every half minute."""

KEPT_UNTOLD = 20


class BreakerDisplay:
    """The breaker of one lane as others see it."""

    def __init__(self, *, database: Database, territory: str) -> None:
        self._database = database
        self._territory = territory
        self._untold: deque[tuple[datetime, Change, str]] = deque(maxlen=KEPT_UNTOLD)

    async def failed(self, breaker: Breaker, *, before: State, rest_seconds: float) -> None:
        """Tell that a failure opened the breaker, or that its probe failed."""
        if before is State.CLOSED:
            self._note(Change.BREAKER_OPENED, breaker.reason)
        elif breaker.failures <= PROBES_TOLD:
            self._note(Change.PROBE_FAILED, breaker.reason)
        await self._show(breaker, rest_seconds=rest_seconds)

    async def closed(self, breaker: Breaker, *, failures: int) -> None:
        """Tell that a probe was applied."""
        self._note(Change.BREAKER_CLOSED, f"applied after {failures} failures")
        await self._show(breaker, rest_seconds=0)

    async def tell_the_rest(self, breaker: Breaker) -> None:
        """Write what could not be written before; nothing in the ordinary case."""
        if self._untold:
            await self._show(breaker, rest_seconds=0)

    def _note(self, change: Change, reason: str) -> None:
        self._untold.append((datetime.now(UTC), change, reason))

    async def _show(self, breaker: Breaker, *, rest_seconds: float) -> None:
        untold = list(self._untold)
        try:
            async with asyncio.timeout(SHOW_SECONDS), self._database.begin() as work:
                for at, change, reason in untold:
                    await write_down(
                        work, territories=[self._territory], change=change, reason=reason, by=ITSELF, at=at
                    )
                await work.execute(
                    "insert into lane_breakers (territory, state, reason, failures, probes_at)"
                    " values (:territory, :state, :reason, :failures, now() + make_interval(secs => :rest))"
                    " on conflict (territory) do update set state = excluded.state, reason = excluded.reason,"
                    " failures = excluded.failures, probes_at = excluded.probes_at, changed_at = case"
                    "  when lane_breakers.state = excluded.state then lane_breakers.changed_at else now() end",
                    territory=self._territory,
                    state=breaker.state.value,
                    reason=breaker.reason,
                    failures=breaker.failures,
                    rest=rest_seconds,
                )
        except Exception as error:
            log.warning("breaker_not_shown", lane=self._territory, error=type(error).__name__)
        else:
            for _ in untold:
                self._untold.popleft()
