"""One lane of one service: takes what its subscriber fetched, applies it in one transaction, then acknowledges.

The handler never raises. After a failure of the infrastructure the lane rests and tries the same batch again: it
is kept in hand, since events that were handed back would come after newer ones. While the lane is paused it is
kept too, and nothing is fetched beside it. The event's own failures are parked inside the batch
(`shared.inbox.batch`).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.bus.display import BreakerDisplay
from shared.bus.handlers import Handlers
from shared.bus.places import Places
from shared.bus.watched import watched
from shared.database import Database
from shared.inbox import parking
from shared.inbox.batch import LaneLost, LanePaused, Outcome, apply_batch
from shared.inbox.breaker import Breaker, State
from shared.inbox.decode import Arrived
from shared.inbox.failure import reason_of

log = structlog.get_logger(__name__)

KEEP_SECONDS = 1.5
"""How often the broker is told that a batch is still in hand; several times within its `ack_wait`."""

LARGEST_BATCH = 1_000
"""What a subscriber may fetch (`settings.batch_size`)."""

PAUSE_NOTICE_SECONDS = 1.0
"""A batch may find the pause before the lane is told; it asks again after a beat."""


class Lane:
    """A lane that this process may serve; it does while it holds the lease (`epoch` is set)."""

    def __init__(
        self,
        *,
        resource: str,
        territory: str,
        database: Database,
        handlers: Handlers,
        places: Places,
        deadline_seconds: float,
        on_applied: Callable[[str, Outcome], None],
    ) -> None:
        """`on_applied(territory, outcome)` follows each batch that was committed."""
        self.resource = resource
        self.territory = territory
        self.breaker = Breaker()
        self.epoch: int | None = None
        self._database = database
        self._handlers = handlers
        self._places = places
        self._deadline_seconds = deadline_seconds
        self._on_applied = on_applied
        self._display = BreakerDisplay(database=database, territory=territory)
        self._lost = asyncio.Event()
        self._at_once = LARGEST_BATCH
        self._goes_on = asyncio.Event()
        self._goes_on.set()

    @property
    def is_at_work(self) -> bool:
        """Whether this process applies events of the lane: it holds it, and no pause does."""
        return self.epoch is not None and self._goes_on.is_set()

    def gain(self, epoch: int) -> None:
        """Serve the lane from now on."""
        self.epoch = epoch
        self._lost.clear()

    def lose(self) -> None:
        """Serve it no more: what is being applied is finished, what rests is left to the next holder."""
        self.epoch = None
        self._lost.set()
        self._goes_on.set()

    def pause(self, is_paused: bool) -> None:
        """Hold what is in hand, or go on with it. Nobody else is given it meanwhile: nobody else polls."""
        if is_paused:
            self._goes_on.clear()
        else:
            self._goes_on.set()

    async def consume(self, messages: list[Msg]) -> None:
        """Apply a fetched batch and acknowledge it, however long that takes, unless the lane is lost."""
        keeping = asyncio.create_task(self._keep(messages))
        try:
            while messages and (epoch := await self._until_it_goes_on()) is not None:
                messages = messages[await self._consume_some(messages, epoch=epoch) :]
        finally:
            keeping.cancel()

    async def _until_it_goes_on(self) -> int | None:
        """The epoch to work under, once no pause holds the lane; None when it was lost."""
        await self._goes_on.wait()
        return self.epoch

    async def _consume_some(self, messages: Sequence[Msg], *, epoch: int) -> int:
        """Rest when the breaker says so, then apply: all of a batch, or one event as a probe. Returns how many."""
        if rest := self.breaker.rest_seconds(time.monotonic()):
            await self._rest(rest)
            return 0
        part = messages[: 1 if self.breaker.state is State.HALF_OPEN else self._at_once]
        try:
            async with (
                self._places.one(len(part)) as events,
                asyncio.timeout(self._deadline_seconds),
            ):
                part = part[:events]
                outcome = await self._apply(part, epoch=epoch)
        except LaneLost:
            log.warning("lane_lost", service=self._database.service, lane=self.resource)
            self.lose()
            return 0
        except LanePaused:
            await self._rest(PAUSE_NOTICE_SECONDS)
            return 0
        except Exception as error:
            if isinstance(error, TimeoutError):  # so that what takes too long whole gets on in parts
                self._at_once = max(1, len(part) // 4)
            await self._failed(error)
            return 0
        self._at_once = min(LARGEST_BATCH, max(self._at_once, 2 * len(part)))
        await self._acknowledge(part)
        await self._succeeded(outcome)
        return len(part)

    async def _rest(self, seconds: float) -> None:
        """Do nothing for a while, or until the lane is lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._lost.wait()

    async def replay(self, key: str) -> None:
        """Try the parked events of a key again, under the lane's lease."""
        if self.epoch is None:
            return
        async with asyncio.timeout(self._deadline_seconds), self._database.begin() as work:
            held = await work.execute(
                "select paused_at is not null from leases where resource = :resource for update",
                resource=self.resource,
            )
            if held.scalar():
                return
            await parking.replay_key(
                work,
                resource=self.resource,
                epoch=self.epoch,
                territory=self.territory,
                key=key,
                handlers=self._handlers,
            )

    async def _apply(self, messages: Sequence[Msg], *, epoch: int) -> Outcome:
        with watched(self.territory, messages) as outcomes:
            outcome = await apply_batch(
                self._database,
                resource=self.resource,
                epoch=epoch,
                territory=self.territory,
                handlers=self._handlers,
                arrived=[_arrived(message) for message in messages],
            )
            outcomes.append(outcome)
        return outcome

    async def _failed(self, error: Exception) -> None:
        before = self.breaker.state
        rest = self.breaker.failed(reason_of(error), time.monotonic())
        log.warning(
            "lane_rests",
            service=self._database.service,
            lane=self.resource,
            breaker=self.breaker.state,
            reason=self.breaker.reason,
            seconds=rest,
        )
        if self.breaker.state is State.OPEN:
            await self._display.failed(self.breaker, before=before, rest_seconds=rest)

    async def _acknowledge(self, messages: Sequence[Msg]) -> None:
        """Tell the broker once for all that came up to the last of them (`topology.consumer`).

        Where that fails the batch comes again, and the inbox knows it.
        """
        try:
            await messages[-1].ack()
        except NatsError as error:
            log.warning("batch_not_acknowledged", lane=self.resource, error=type(error).__name__)

    async def _keep(self, messages: Sequence[Msg]) -> None:
        """Keep the broker from giving the batch to somebody else while it is in hand.

        Not while the lane is paused, which may be for days: the next holder need not wait for it then.
        """
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self._goes_on.wait()
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
        self._on_applied(self.territory, outcome)
        failures = self.breaker.failures
        if self.breaker.succeeded():
            await self._display.closed(self.breaker, failures=failures)
        else:
            await self._display.tell_the_rest(self.breaker)


def _arrived(message: Msg) -> Arrived:
    metadata = message.metadata
    return Arrived(
        subject=message.subject,
        headers=message.headers or {},
        payload=message.data,
        stream=metadata.stream,
        sequence=metadata.sequence.stream,
    )
