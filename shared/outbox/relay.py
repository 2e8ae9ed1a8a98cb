"""The relay: reads what a service recorded and was not yet published, and publishes it lane by lane, in order.

One replica relays at a time, under a lease with an epoch. A lane whose stream is full or away waits alone; the
others go on. Rows are marked, not deleted, so that they can be sent again if the broker lost its storage.
"""

import asyncio
import time
from collections import defaultdict

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.bus.handlers import Unavailable
from shared.database import Database
from shared.outbox.publish import Outgoing, publish_one, publish_run

log = structlog.get_logger(__name__)

RESOURCE = "relay"
POLL_SECONDS = 0.2
"""How long an event of another process of this service may wait; one of this process wakes the relay at once."""

READ_AT_ONCE = 5000
LANE_PAUSE_SECONDS = (0.5, 10.0)
"""A lane that cannot be published to is tried again after the first pause, doubled up to the second."""

KEEP_PUBLISHED_DAYS = 7
"""How far back a lost broker can be refilled; longer than any outage that nobody would have noticed."""

_READ = """
    select position, territory, subject, headers, payload from outbox_messages
    where published_at is null and not (territory = any(cast(:waiting as text[])))
    order by position limit :at_most
"""
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
        """Publish what is recorded now, at most `READ_AT_ONCE` messages. Returns how many were stored."""
        epoch = self._epoch
        now = time.monotonic()
        waiting = [territory for territory, (until, _) in self._pauses.items() if until > now]
        async with self._database.begin() as work:
            rows = await work.execute(_READ, waiting=waiting, at_most=READ_AT_ONCE)
            messages = [
                Outgoing(
                    position=row.position,
                    territory=row.territory,
                    subject=row.subject,
                    headers=row.headers,
                    payload=row.payload.encode(),
                )
                for row in rows
            ]
        if not messages:
            return 0
        by_lane: dict[tuple[bool, str], list[Outgoing]] = defaultdict(list)
        for message in messages:
            by_lane[message.subject.startswith("personal."), message.territory].append(message)
        results = await asyncio.gather(
            *(
                self._publish_lane(personal, territory, lane)
                for (personal, territory), lane in by_lane.items()
            )
        )
        stored = [position for positions in results for position in positions]
        if stored:
            async with self._database.begin() as work:
                await work.execute(_MARK, positions=stored, resource=RESOURCE, epoch=epoch)
        return len(stored)

    async def _publish_lane(self, personal: bool, territory: str, messages: list[Outgoing]) -> list[int]:
        """Publish one lane's messages; on failure the lane pauses and its messages stay where they are."""
        try:
            if personal:
                assert self._personal is not None, "only services of the personal account record such events"
                for message in messages:
                    await publish_one(self._personal, message)
            else:
                await publish_run(self._client, messages)
        except (Unavailable, NatsError, TimeoutError, OSError) as error:
            first, longest = LANE_PAUSE_SECONDS
            _, last = self._pauses.get(territory, (0.0, first / 2))
            pause = min(longest, last * 2)
            self._pauses[territory] = (time.monotonic() + pause, pause)
            log.warning(
                "lane_not_published",
                service=self._database.service,
                territory=territory,
                error=str(error)[:200],
            )
            return []
        self._pauses.pop(territory, None)
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
