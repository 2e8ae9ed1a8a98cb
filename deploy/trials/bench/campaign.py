"""Feeds the lanes of a long run, never more than they hold, and keeps the curve of what is posted over time."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.trials.bank_days import BankDay, bank_days
from deploy.trials.facts import outgoing
from deploy.trials.lanes import posted, until
from shared.bus.topology import stream_of
from shared.events.pledges import PaymentReceived
from shared.outbox.publish import publish_run
from shared.values import NATIONAL, lanes

PER_DAY = 110 * 100
"""A hundred for each territory: a bank day of a large campaign. A small one has as many days, with fewer."""

LEAST_DAYS = 10
BACKLOG = 5 * PER_DAY
"""What waits at most: full batches on every lane, and a hundredth of what streams hold."""

PURGED_AFTER = 200_000
"""Read messages of a run's streams are thrown away this often: some two megabytes of each lane."""

LANES_AT_ONCE = 8
LOOK_SECONDS = 0.05
PROVED_WITHIN_SECONDS = 60.0


@dataclass
class Curve:
    """How many receipts were posted when: (seconds, count), from the last look at nothing on."""

    receipts: int
    points: list[tuple[float, int]] = field(default_factory=list)

    def add(self, at: float, count: int) -> None:
        """A look. Before the first receipt only the latest one counts."""
        if not count:
            self.points.clear()
        self.points.append((at, count))

    @property
    def seconds(self) -> float:
        return self.points[-1][0] - self.points[0][0]

    def mean_rate(self) -> float:
        """Receipts per second over the whole run."""
        return self.receipts / self.seconds

    def rates(self, *, up_to: int, parts: int = 10) -> list[float]:
        """Receipts per second in each tenth of the first `up_to`."""
        marks = [self._reached(up_to * part / parts) for part in range(parts + 1)]
        return [up_to / parts / (later - earlier) for earlier, later in zip(marks, marks[1:], strict=False)]

    def _reached(self, count: float) -> float:
        """When so many were posted: on the line between two looks."""
        before, at_before = self.points[0][1], self.points[0][0]
        for at, found in self.points:
            if found >= count:
                part = (count - before) / (found - before) if found > before else 0.0
                return at_before + part * (at - at_before)
            before, at_before = found, at
        raise ValueError(f"{count} receipts were never posted")


@dataclass
class Campaign:
    """Receipts that add up to `total_minor`. `fewest_waiting` is the least that stood ready before the end."""

    client: Client
    jetstream: JetStreamContext
    books: asyncpg.Connection
    receipts: int
    total_minor: int
    days: int = 0
    fewest_waiting: int = BACKLOG
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.curve = Curve(self.receipts)
        self._fed = 0
        self._published = 0
        self._posted = 0
        self._purged = 0
        self._places = asyncio.Semaphore(LANES_AT_ONCE)

    async def publish(self) -> None:
        """Publish day after day; `has_begun` is set once a backlog waits (or all that there is)."""
        per_day = min(PER_DAY, math.ceil(self.receipts / LEAST_DAYS))
        for day in bank_days(self.receipts, total_minor=self.total_minor, per_day=per_day):
            while self._published - self._posted > BACKLOG - PER_DAY:
                self.has_begun.set()
                await asyncio.sleep(LOOK_SECONDS)
            await self._publish_day(day)
            await self._purge_read()
        self._fed = self._posted
        self.has_begun.set()

    def rates(self) -> list[float]:
        """Receipts per second in each tenth of those posted while more were published.

        The backlog that is left then has the machine to itself, which would flatter the end. A run so small that
        it is mostly backlog is taken whole.
        """
        return self.curve.rates(up_to=self._fed if self._fed > self.receipts / 2 else self.receipts)

    async def _publish_day(self, day: BankDay) -> None:
        by_lane: dict[str, list[PaymentReceived]] = defaultdict(list)
        for payment in day.payments:
            by_lane[payment.territory].append(payment)
        await asyncio.gather(*(self._publish_lane(payments) for payments in by_lane.values()))
        await publish_run(self.client, [outgoing(day.statement)])
        self.days += 1

    async def _publish_lane(self, payments: list[PaymentReceived]) -> None:
        async with self._places:
            await publish_run(self.client, [outgoing(payment) for payment in payments])
            self._published += len(payments)

    async def _purge_read(self) -> None:
        """What the ledger has acknowledged need not be kept: nobody else listens on this stage."""
        if self._posted - self._purged < PURGED_AFTER:
            return
        self._purged = self._posted
        for code in lanes():
            found = await self.jetstream.consumer_info(stream_of(code), "ledger")
            if found.ack_floor and found.ack_floor.stream_seq and code != NATIONAL:
                await self.jetstream.purge_stream(stream_of(code), seq=found.ack_floor.stream_seq + 1)

    async def until_posted(self, show: Callable[[int], None]) -> None:
        """Follow the books until every receipt has its entry. Raises AssertionError when one has two."""
        loop = asyncio.get_running_loop()
        while self._posted < self.receipts:
            self._posted = await posted(self.books)
            self.curve.add(loop.time(), self._posted)
            if self._posted and self._published < self.receipts:
                self.fewest_waiting = min(self.fewest_waiting, self._published - self._posted)
            show(self._posted)
            await asyncio.sleep(LOOK_SECONDS)
        if self._posted > self.receipts:
            raise AssertionError(f"{self._posted} entries for {self.receipts} receipts: one was posted twice")

    async def until_proved(self) -> None:
        """Wait until the ledger has proved every statement; what it has not proved in time is a fault elsewhere."""

        async def are_proved() -> bool:
            return bool(await self.books.fetchval(_PROVED) == self.days)

        with suppress(TimeoutError):
            await until(are_proved, within_seconds=PROVED_WITHIN_SECONDS)


_PROVED = "select count(*) from statements where proved_at is not null"
