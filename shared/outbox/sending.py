"""One lane on its way out: the runs that were read, published one after the other, and what became of them.

The next run is read while one is being published, so that the broker never waits for the database. What is in
hand is told to the relay, which marks it; a failure drops it, and it is read again.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

import structlog
from nats.aio.client import Client

from shared.bus.handlers import Unavailable
from shared.outbox.publish import Outgoing, batches, publish_batch, publish_one
from shared.outbox.wire import Unpublishable

log = structlog.get_logger(__name__)

RUNS_IN_HAND = 2

PAUSE_SECONDS = (0.5, 2.0)
"""A lane that cannot be published to is tried again after the first pause, doubled up to the second: with one
message, so that trying costs nothing and the lane flows soon after its stream has room."""


class Sending:
    """A lane of one relay. `on_change` is called when there is something to mark, or a failure to look into."""

    def __init__(
        self, *, service: str, lane: str, client: Client, in_batches: bool, on_change: Callable[[], None]
    ) -> None:
        self.stored: list[int] = []
        self.refused: list[Unpublishable] = []
        self.last = 0
        """The stream's sequence of what was stored last."""
        self.has_failed = False
        self.dropped = 0
        """How often what was in hand was let go: a reading that began before counted on it."""
        self.rests_until = 0.0
        self._service = service
        self._lane = lane
        self._client = client
        self._in_batches = in_batches
        self._on_change = on_change
        self._runs: deque[list[Outgoing]] = deque()
        self._newest = 0
        self._connection = -1
        self._pause = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def held(self) -> int:
        """Messages that were read and are unpublished by their rows still."""
        return sum(len(run) for run in self._runs) + len(self.stored) + len(self.refused)

    def open(self, connection: int) -> None:
        """The lane's stream is there and is the one that was known, on this connection (its number)."""
        self._connection = connection
        self.has_failed = False

    def takes_more(self, now: float) -> bool:
        return len(self._runs) < RUNS_IN_HAND and self.rests_until <= now

    def add(self, messages: list[Outgoing], *, dropped: int) -> int:
        """Publish messages after what is in hand; returns how many were taken.

        `dropped` is from when the reading began. None are taken where it counted on what is not in hand any more,
        or past an older message that a longer transaction has committed meanwhile: they are read again.
        """
        if dropped != self.dropped or (self.held and messages[0].position <= self._newest):
            return 0
        self._newest = messages[-1].position
        self._runs.append(messages)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._publish())
        return len(messages)

    def drop(self) -> None:
        """Forget what is in hand: it is another relay's business, or its stream has lost it."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._runs.clear()
        self.stored, self.refused, self.last = [], [], 0
        self.dropped += 1

    async def settle(self) -> None:
        """Return when nothing is being published."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _publish(self) -> None:
        while self._runs:
            try:
                await self._publish_run(self._runs[0])
            except Unpublishable as error:
                log.error(
                    "message_refused",
                    service=self._service,
                    lane=self._lane,
                    position=error.position,
                    reason=error.reason,
                )
                self.refused.append(error)
                self._runs[0] = [one for one in self._runs[0] if one.position != error.position]
                continue
            except Exception as error:
                self._failed(error)
                return
            self._runs.popleft()
            self._on_change()

    async def _publish_run(self, run: list[Outgoing]) -> None:
        """Store a run; what is stored of it leaves it at once, so that a failure later on sends only the rest again."""
        while run:
            if self._client.stats["reconnects"] != self._connection:
                raise Unavailable("the stream has not been looked at on this connection")
            if self._in_batches and not self._pause:
                part = next(batches(run))
                last = await publish_batch(self._client, part)
            else:
                part = run[:1]
                last = await publish_one(self._client, part[0])
            self._pause = 0.0
            self.last = max(self.last, last)
            self.stored += [message.position for message in part]
            del run[: len(part)]

    def _failed(self, error: Exception) -> None:
        first, longest = PAUSE_SECONDS
        self._pause = min(longest, self._pause * 2 or first)
        self.rests_until = time.monotonic() + self._pause
        self.has_failed = True
        self.dropped += 1
        self._runs.clear()
        log.warning(
            "lane_not_published",
            service=self._service,
            lane=self._lane,
            error=f"{type(error).__name__}: {error}"[:200],
        )
        self._on_change()
