"""One lane of one service: takes what its subscriber fetched, applies it in one transaction, then acknowledges.

The handler never raises. Infrastructure failures hand the whole tail back with a delay, so that order holds,
and count for the breaker; the event's own failures are parked inside the batch (`shared.inbox.batch`).
"""

import asyncio
import time
from collections.abc import Sequence

import structlog
from nats.aio.msg import Msg

from shared.bus.handlers import Handlers
from shared.database import Database
from shared.inbox.batch import LaneLost, Outcome, apply_batch
from shared.inbox.breaker import Breaker, State
from shared.inbox.decode import Arrived
from shared.inbox.failure import reason_of

log = structlog.get_logger(__name__)


class Lane:
    """A lane that this process may serve; it does while it holds the lease (`epoch` is set)."""

    def __init__(
        self,
        *,
        resource: str,
        territory: str,
        database: Database,
        handlers: Handlers,
        places: asyncio.Semaphore,
        deadline_seconds: float,
    ) -> None:
        self.resource = resource
        self.territory = territory
        self.breaker = Breaker()
        self.epoch: int | None = None
        self._database = database
        self._handlers = handlers
        self._places = places
        self._deadline_seconds = deadline_seconds

    async def consume(self, messages: list[Msg]) -> None:
        """Apply a fetched batch and acknowledge it."""
        if self.epoch is None:
            return
        try:
            async with self._places, asyncio.timeout(self._deadline_seconds):
                outcome = await self._apply(messages, epoch=self.epoch)
        except LaneLost:
            log.warning("lane_lost", service=self._database.service, lane=self.resource)
            self.epoch = None
        except Exception as error:
            await self._failed(messages, error)
        else:
            await asyncio.gather(*(message.ack() for message in messages))
            await self._succeeded(outcome)

    async def _apply(self, messages: Sequence[Msg], *, epoch: int) -> Outcome:
        arrived = [_arrived(message) for message in messages]
        async with self._database.begin() as work:
            return await apply_batch(
                work,
                resource=self.resource,
                epoch=epoch,
                territory=self.territory,
                handlers=self._handlers,
                arrived=arrived,
            )

    async def _failed(self, messages: Sequence[Msg], error: Exception) -> None:
        rest = self.breaker.failed(reason_of(error), time.monotonic())
        log.warning(
            "lane_paused",
            service=self._database.service,
            lane=self.resource,
            breaker=self.breaker.state,
            reason=self.breaker.reason,
            seconds=rest,
        )
        for message in messages:
            await message.nak(delay=rest)
        if self.breaker.state is State.OPEN:
            await self._show_breaker()

    async def _succeeded(self, outcome: Outcome) -> None:
        if outcome.parked:
            log.error(
                "events_parked",
                service=self._database.service,
                lane=self.resource,
                parked=outcome.parked,
                reasons=outcome.parked_reasons[:3],
            )
        if self.breaker.succeeded():
            await self._show_breaker()

    async def _show_breaker(self) -> None:
        """Write the breaker where the console reads it; a database that is away is the reason itself."""
        try:
            async with self._database.begin() as work:
                await work.execute(
                    "insert into lane_breakers (territory, state, reason, failures)"
                    " values (:lane, :state, :reason, :failures) on conflict (territory) do update set"
                    " state = excluded.state, reason = excluded.reason, failures = excluded.failures,"
                    " changed_at = now()",
                    lane=self.resource.removeprefix("lane:"),
                    state=self.breaker.state.value,
                    reason=self.breaker.reason,
                    failures=self.breaker.failures,
                )
        except Exception as error:
            log.warning("breaker_not_shown", lane=self.resource, error=type(error).__name__)


def _arrived(message: Msg) -> Arrived:
    metadata = message.metadata
    return Arrived(
        subject=message.subject,
        headers=message.headers or {},
        payload=message.data,
        stream=metadata.stream,
        sequence=metadata.sequence.stream,
    )
