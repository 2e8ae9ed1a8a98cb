"""The relay: reads what a service recorded and was not yet published, and publishes it lane by lane, in order.

One replica relays at a time, under a lease with an epoch. A lane whose stream is full or away waits alone; the
others go on. Rows are marked, not deleted, so that they can be sent again if the broker lost its storage.
"""

import asyncio
import time
from collections import defaultdict

import structlog
from nats.aio.client import Client

from shared.database import Database
from shared.outbox.publish import Outgoing, publish_one, publish_run

log = structlog.get_logger(__name__)

RESOURCE = "relay"
POLL_SECONDS = 0.2
"""How long an event of another process of this service may wait; one of this process wakes the relay at once."""

LANE_READ_AT_ONCE = 1000
"""Of one lane: a whole atomic batch. Every lane has its turn in each round, however long another's queue is."""

ROUND_SECONDS = 0.02
"""A round waits this long for its lanes; a slower one goes on by itself and holds up nobody."""

LANE_PAUSE_SECONDS = (0.5, 10.0)
"""A lane that cannot be published to is tried again after the first pause, doubled up to the second."""

KEEP_PUBLISHED_DAYS = 7
"""How far back a lost broker can be refilled; longer than any outage that nobody would have noticed."""

PERSONAL = "PERSONAL"
"""The lane of what goes to the account of personal data (the outbox computes each row's lane)."""

_READ = """
    with recursive pending(lane) as (
        (select lane from outbox_messages where published_at is null order by lane limit 1)
        union all
        select (select lane from outbox_messages
                where published_at is null and lane > pending.lane order by lane limit 1)
        from pending where pending.lane is not null
    )
    select pending.lane, message.position, message.subject, message.headers, message.payload
    from pending cross join lateral (
        select position, subject, headers, payload from outbox_messages
        where published_at is null and lane = pending.lane order by position limit :at_most
    ) as message
    where not (pending.lane = any(cast(:waiting as text[])))
    order by pending.lane, message.position
"""
"""The first step from lane to lane jumps along the index: a round reads no more than it publishes."""

_MARK = """
    update outbox_messages set published_at = clock_timestamp()
    where position = any(cast(:positions as bigint[]))
      and exists (select 1 from leases where resource = :resource and epoch = :epoch)
"""


class Relay:
    """The relay of one process; it works while it holds the lease `relay`."""

    def __init__(self, *, database: Database, client: Client, personal: Client | None) -> None:
        self._database = database
        self._client = client
        self._personal = personal
        self._wake = asyncio.Event()
        self._epoch: int | None = None
        self._pauses: dict[str, tuple[float, float]] = {}
        self._busy: dict[str, asyncio.Task[list[int]]] = {}

    def wake(self) -> None:
        """Something was recorded in this process."""
        self._wake.set()

    def gain(self, epoch: int) -> None:
        self._epoch = epoch
        self.wake()

    def lose(self) -> None:
        self._epoch = None

    async def run(self) -> None:
        """Publish until cancelled."""
        try:
            await self._run()
        finally:
            for task in self._busy.values():
                task.cancel()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            published = 0
            if self._epoch is not None:
                try:
                    published = await self.publish_pending()
                except Exception as error:
                    log.warning("relay_failed", service=self._database.service, error=type(error).__name__)
                    await asyncio.sleep(1)
            if not published:
                try:
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue

    async def publish_pending(self) -> int:
        """Publish a round: what is recorded now, at most `LANE_READ_AT_ONCE` messages of each lane.

        Returns how many were stored and marked; a lane that is slower than a round is counted in a later one.
        """
        epoch = self._epoch
        for lane, messages in (await self._read()).items():
            self._busy[lane] = asyncio.create_task(self._publish_lane(lane, messages))
            self._busy[lane].add_done_callback(lambda _: self.wake())
        if not self._busy:
            return 0
        await asyncio.wait(self._busy.values(), timeout=ROUND_SECONDS)
        finished = {lane: task for lane, task in self._busy.items() if task.done()}
        stored = [position for task in finished.values() for position in task.result()]
        marked = 0
        if stored:
            async with self._database.begin() as work:
                result = await work.execute(_MARK, positions=stored, resource=RESOURCE, epoch=epoch)
                marked = result.rowcount
        for lane in finished:  # only now: a lane that is not marked yet must not be read again
            del self._busy[lane]
        return marked

    async def _read(self) -> dict[str, list[Outgoing]]:
        """The first messages of every lane that neither pauses nor is still being published."""
        now = time.monotonic()
        waiting = [lane for lane, (until, _) in self._pauses.items() if until > now]
        by_lane: dict[str, list[Outgoing]] = defaultdict(list)
        async with self._database.begin() as work:
            rows = await work.execute(_READ, waiting=[*waiting, *self._busy], at_most=LANE_READ_AT_ONCE)
            for row in rows:
                by_lane[row.lane].append(
                    Outgoing(
                        position=row.position,
                        subject=row.subject,
                        headers=row.headers,
                        payload=row.payload.encode(),
                    )
                )
        return by_lane

    async def _publish_lane(self, lane: str, messages: list[Outgoing]) -> list[int]:
        """Publish one lane's messages; on failure the lane pauses and its messages stay where they are."""
        try:
            if lane == PERSONAL:
                assert self._personal is not None, "only services of the personal account record such events"
                for message in messages:
                    await publish_one(self._personal, message)
            else:
                await publish_run(self._client, messages)
        except Exception as error:
            first, longest = LANE_PAUSE_SECONDS
            _, last = self._pauses.get(lane, (0.0, first / 2))
            pause = min(longest, last * 2)
            self._pauses[lane] = (time.monotonic() + pause, pause)
            log.warning(
                "lane_not_published",
                service=self._database.service,
                lane=lane,
                error=f"{type(error).__name__}: {error}"[:200],
            )
            return []
        self._pauses.pop(lane, None)
        return [message.position for message in messages]

    async def forget_old(self) -> None:
        """Delete, once an hour, what was published long enough ago."""
        while True:
            try:
                async with self._database.begin() as work:
                    await work.execute(
                        "delete from outbox_messages where published_at < now() - make_interval(days => :days)",
                        days=KEEP_PUBLISHED_DAYS,
                    )
            except Exception as error:
                log.warning("outbox_not_pruned", service=self._database.service, error=type(error).__name__)
            await asyncio.sleep(3600)
