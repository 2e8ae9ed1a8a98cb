"""One lane of one service: takes what its subscriber fetched, applies it in one transaction, then acknowledges.

The handler never raises. After a failure of the infrastructure the lane rests and tries the same batch again: it
is kept in hand, since events that were handed back would come after newer ones. The event's own failures are
parked inside the batch (`shared.inbox.batch`).
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.bus.handlers import Handlers
from shared.database import Database
from shared.inbox import parking
from shared.inbox.batch import LaneLost, Outcome, apply_batch
from shared.inbox.breaker import Breaker, State
from shared.inbox.decode import Arrived
from shared.inbox.failure import reason_of

log = structlog.get_logger(__name__)

KEEP_SECONDS = 1.5
"""How often the broker is told that a batch is still in hand; several times within its `ack_wait`."""


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
        self._is_breaker_shown = True
        self._lost = asyncio.Event()

    def gain(self, epoch: int) -> None:
        """Serve the lane from now on; its last holder may have left an open breaker on show."""
        self.epoch = epoch
        self._lost.clear()
        self._is_breaker_shown = True

    def lose(self) -> None:
        """Serve it no more: what is being applied is finished, what rests is left to the next holder."""
        self.epoch = None
        self._lost.set()

    async def consume(self, messages: list[Msg]) -> None:
        """Apply a fetched batch and acknowledge it, however long that takes, unless the lane is lost."""
        keeping = asyncio.create_task(self._keep(messages))
        try:
            while messages and self.epoch is not None:
                messages = messages[await self._consume_some(messages, epoch=self.epoch) :]
        finally:
            keeping.cancel()

    async def _consume_some(self, messages: Sequence[Msg], *, epoch: int) -> int:
        """Rest when the breaker says so, then apply: all of a batch, or one event as a probe. Returns how many."""
        if rest := self.breaker.rest_seconds(time.monotonic()):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), rest)
            return 0
        part = messages[:1] if self.breaker.state is State.HALF_OPEN else messages
        try:
            async with self._places, asyncio.timeout(self._deadline_seconds):
                outcome = await self._apply(part, epoch=epoch)
        except LaneLost:
            log.warning("lane_lost", service=self._database.service, lane=self.resource)
            self.lose()
            return 0
        except Exception as error:
            await self._failed(error)
            return 0
        await self._acknowledge(part)
        await self._succeeded(outcome)
        return len(part)

    async def replay(self, key: str) -> None:
        """Try the parked events of a key again, under the lane's lease."""
        if self.epoch is None:
            return
        async with asyncio.timeout(self._deadline_seconds), self._database.begin() as work:
            await parking.replay_key(
                work,
                resource=self.resource,
                epoch=self.epoch,
                territory=self.territory,
                key=key,
                handlers=self._handlers,
            )

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

    async def _failed(self, error: Exception) -> None:
        rest = self.breaker.failed(reason_of(error), time.monotonic())
        log.warning(
            "lane_paused",
            service=self._database.service,
            lane=self.resource,
            breaker=self.breaker.state,
            reason=self.breaker.reason,
            seconds=rest,
        )
        if self.breaker.state is State.OPEN:
            await self._show_breaker()

    async def _acknowledge(self, messages: Sequence[Msg]) -> None:
        """Tell the broker; where that fails the batch comes again, and the inbox knows it."""
        try:
            await asyncio.gather(*(message.ack() for message in messages))
        except NatsError as error:
            log.warning("batch_not_acknowledged", lane=self.resource, error=type(error).__name__)

    async def _keep(self, messages: Sequence[Msg]) -> None:
        """Keep the broker from giving the batch to somebody else while it is in hand."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            with suppress(NatsError):
                for message in messages:
                    await message.in_progress()

    async def _succeeded(self, outcome: Outcome) -> None:
        if outcome.parked:
            log.error(
                "events_parked",
                service=self._database.service,
                lane=self.resource,
                parked=outcome.parked,
                reasons=outcome.parked_reasons[:3],
            )
        if self.breaker.succeeded() or self._is_breaker_shown:
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
            self._is_breaker_shown = self.breaker.state is not State.CLOSED
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
