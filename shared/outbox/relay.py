"""The relay: reads what a service recorded and was not yet published, and publishes it lane by lane, in order.

One replica relays at a time, under a lease with an epoch. A lane whose stream is full or away waits alone; the
others go on. Rows are marked, not deleted: what a broker lost with its storage is published again.
"""

import asyncio
import time

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.bus.handlers import Unavailable
from shared.bus.streams import Stream, list_streams
from shared.bus.topology import PERSONAL_STREAM, lane_of
from shared.database import Database
from shared.outbox import pruning
from shared.outbox.messages import LONG_LANES_AT_ONCE, READ_OF_A_LANE, OutboxMessages
from shared.outbox.messages import RESOURCE as RESOURCE
from shared.outbox.sending import Sending
from shared.values import lanes

log = structlog.get_logger(__name__)

IDLE_POLL_SECONDS = 1.0
"""What this process records wakes the relay at once: polling is for others of its service, and for lanes that rest."""

POLL_SECONDS = 0.2
POLL_AFTER_OTHERS_SECONDS = 60.0
"""Once a poll has found what another process recorded, its next events are found sooner, for as long as it goes on.
So one process alone, or all of them at rest, cost next to nothing."""

GATHER_SECONDS = 0.01
"""Between two rounds under load: what comes meanwhile shares a statement. A lone event never waits for it."""

LOOK_SECONDS = 60.0
"""How often the streams are looked at while nothing fails: five services looking cost 0.1 % of a core."""

IN_HAND = 40_000
"""Messages read and not yet marked, of all lanes: some 60 MB. Sixteen lanes that the broker leaves without an answer
hold 32 000, and do not stop the others."""

LOOK_AGAIN_SECONDS = 0.5
FAILED_SECONDS = 1.0


class Relay:
    """The relay of one process; it works while it holds the lease `relay`."""

    def __init__(self, *, database: Database, client: Client, personal: Client | None) -> None:
        self._database = database
        self._clients = [client, *([personal] if personal else [])]
        self._expected = frozenset([*lanes(), *([PERSONAL_STREAM] if personal else [])])
        self._messages = OutboxMessages(database=database)
        self._wake = asyncio.Event()
        self._epoch: int | None = None
        self._sending: dict[str, Sending] = {}
        self._open: frozenset[str] = frozenset()
        self._known: dict[str, str] = {}
        self._looked_at: float | None = None
        self._connections: list[int] = []
        self._polls = False
        self._others_until = 0.0

    def wake(self) -> None:
        """Something was recorded in this process, or something in hand has changed."""
        self._wake.set()

    @property
    def is_held(self) -> bool:
        """Whether this process relays: one of its service does."""
        return self._epoch is not None

    def gain(self, epoch: int) -> None:
        self.lose()
        self._epoch = epoch
        self.wake()

    def lose(self) -> None:
        """Publish no more: what is in hand is the next holder's business."""
        self._epoch = self._looked_at = None
        self._known = {}
        for sending in self._sending.values():
            sending.drop()

    async def run(self) -> None:
        """Publish until cancelled."""
        try:
            while True:
                await self._run_once()
        finally:
            await self.close()

    async def close(self) -> None:
        self.lose()
        await self._messages.close()

    async def _run_once(self) -> None:
        polls, self._polls = self._polls, False
        self._wake.clear()
        found = 0
        if self._epoch is not None:
            try:
                await self.mark()
                found = await self.take()
            except Exception as error:
                log.warning("relay_failed", service=self._database.service, error=type(error).__name__)
                await asyncio.sleep(FAILED_SECONDS)
                return
        if found:
            if polls:
                self._others_until = time.monotonic() + POLL_AFTER_OTHERS_SECONDS
            await asyncio.sleep(GATHER_SECONDS)
            return
        try:
            async with asyncio.timeout(self._pause()):
                await self._wake.wait()
        except TimeoutError:
            self._polls = True

    def _pause(self) -> float:
        """Until the next poll, or until the first resting lane is tried again, whichever comes first."""
        now = time.monotonic()
        poll = POLL_SECONDS if now < self._others_until else IDLE_POLL_SECONDS
        rests = [sending.rests_until - now for sending in self._sending.values() if sending.rests_until > now]
        return min([poll, *rests])

    async def take(self) -> int:
        """Read the next messages of every lane that takes them, and begin to publish them; returns how many."""
        if self._epoch is None:
            return 0
        if self._is_look_due():
            await self._look(epoch=self._epoch)
        now = time.monotonic()
        ready = {lane: self._lane(lane) for lane in self._open if self._lane(lane).takes_more(now)}
        if not ready:
            return 0
        before = {lane: sending.dropped for lane, sending in ready.items()}
        held = {lane: sending.held for lane, sending in ready.items() if sending.held}
        found = await self._messages.read(open=list(ready), held=held, long_lanes=self._long_lanes())
        return sum(ready[lane].add(messages, dropped=before[lane]) for lane, messages in found.items())

    def _long_lanes(self) -> int:
        """How many lanes that have a queue may be read for a batch, until as many messages are in hand as may be."""
        room = IN_HAND - sum(sending.held for sending in self._sending.values())
        return min(LONG_LANES_AT_ONCE, max(0, room) // READ_OF_A_LANE)

    async def settle(self) -> None:
        """Return when nothing is being published."""
        for sending in self._sending.values():
            await sending.settle()

    async def mark(self) -> int:
        """Mark what is stored by now, and set aside what was refused. Returns how many are stored."""
        stored = {lane: list(sending.stored) for lane, sending in self._sending.items() if sending.stored}
        positions = [position for some in stored.values() for position in some]
        if self._epoch is None:
            return 0
        marked = await self._messages.mark(positions, epoch=self._epoch) if positions else 0
        if marked < len(positions):
            log.warning("relay_lost", service=self._database.service)
            self.lose()
            return 0
        for lane, some in stored.items():
            del self._sending[lane].stored[: len(some)]
        for sending in self._sending.values():
            while sending.refused and self._epoch is not None:
                await self._messages.set_aside(sending.refused[0], epoch=self._epoch)
                del sending.refused[:1]
        return marked

    def _is_look_due(self) -> bool:
        """After a connection was made, or a while after the last look; soon where a lane has failed or is missing:
        services start while their streams are being made.
        """
        if self._looked_at is None or self._connections != [one.stats["reconnects"] for one in self._clients]:
            return True
        failed = any(sending.has_failed for sending in self._sending.values())
        soon = failed or not self._open.issuperset(self._expected.union(self._known))
        return time.monotonic() - self._looked_at > (LOOK_AGAIN_SECONDS if soon else LOOK_SECONDS)

    async def _look(self, *, epoch: int) -> None:
        """Find out which streams there are: only their lanes are open, and those that have lost events are refilled.

        A stream that was made anew has lost what it held, and one that ends before what this relay stored in it
        was put back from an older copy. What nobody had read went with it: its publishers keep it for days, and
        publish it again before anything newer, so that keys keep their order. What was read, the inboxes know.
        """
        if not self._known:
            self._known = await self._messages.known_streams()
        was_open, self._open, self._looked_at = self._open, frozenset(), None
        connections = [client.stats["reconnects"] for client in self._clients]
        stored = {lane: sending.last for lane, sending in self._sending.items()}
        found: dict[str, Stream] = {}
        try:
            for client in self._clients:
                found |= {lane_of(name): one for name, one in (await list_streams(client)).items()}
        except (NatsError, Unavailable) as error:
            if was_open:
                log.warning("relay_waits", service=self._database.service, error=type(error).__name__)
            return
        if lost := [
            lane
            for lane, stream in found.items()
            if self._known.get(lane, stream.made_at) != stream.made_at or stream.last < stored.get(lane, 0)
        ]:
            await self._refill(lost, epoch=epoch)
        met = {lane: one.made_at for lane, one in found.items() if self._known.get(lane) != one.made_at}
        if met:
            await self._messages.meet(met, epoch=epoch)
            self._known |= met
        for lane in found:
            self._lane(lane).open(connections[-1 if lane == PERSONAL_STREAM else 0])
        self._open, self._connections, self._looked_at = frozenset(found), connections, time.monotonic()

    async def _refill(self, lanes: list[str], *, epoch: int) -> None:
        """Have all that is kept of lanes published again, before anything newer of them."""
        for lane in lanes:
            self._lane(lane).drop()
        messages = await self._messages.send_again(lanes, epoch=epoch)
        log.error("streams_lost", service=self._database.service, lanes=lanes, sent_again=messages)

    def _lane(self, lane: str) -> Sending:
        if lane not in self._sending:
            self._sending[lane] = Sending(
                service=self._database.service,
                lane=lane,
                client=self._clients[-1 if lane == PERSONAL_STREAM else 0],
                in_batches=lane != PERSONAL_STREAM,
                on_change=self.wake,
            )
        return self._sending[lane]

    async def forget_old(self) -> None:
        """Prune outbox and inbox, an hour after the last time, while this process relays."""
        while True:
            await asyncio.sleep(pruning.PRUNE_SECONDS)
            if self._epoch is not None:
                await pruning.prune(self._database)
