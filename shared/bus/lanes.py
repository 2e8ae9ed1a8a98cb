"""All lanes of a service in one process: a FastStream broker with a subscriber for each, started under lease."""

import asyncio
from collections.abc import Set
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.errors import Error as NatsError
from nats.js.api import ConsumerConfig

from shared.bus.connection import leave, servers
from shared.bus.ending import end
from shared.bus.handlers import Handlers
from shared.bus.lane import Lane
from shared.bus.places import Places
from shared.bus.retrying import Retrying
from shared.bus.subscriber import LaneSubscriber, leave_undecoded
from shared.bus.topology import PERSONAL_STREAM, stream_of
from shared.database import Database

log = structlog.get_logger(__name__)

POLL_SECONDS = 30
START_AGAIN_SECONDS = 2.0
HEARTBEAT_SECONDS = 5.0
"""In a cluster: a lane polls again 12 s after its node died, for some twenty messages a second to a process."""


class Lanes:
    """The lanes of one account: the territories', or the personal stream as a lane of its own."""

    def __init__(
        self,
        *,
        service: str,
        url: str,
        database: Database,
        handlers: Handlers,
        streams: dict[str, str],
        places: Places,
        batch_size: int,
        deadline_seconds: float,
    ) -> None:
        """`streams` maps a lane's territory (or `PERSONAL`) to its stream."""
        self.handlers = handlers
        self._service = service
        self._is_cluster = len(servers(url)) > 1
        self._database = database
        self.broker = NatsBroker(
            servers(url),
            name=f"{service}-lanes",
            inbox_prefix=f"_INBOX_{service}",
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            error_cb=self._on_error,
            apply_types=False,
            logger=None,
        )
        self._lanes: dict[str, tuple[Lane, LaneSubscriber]] = {}
        self._starting: dict[str, asyncio.Task[None]] = {}
        by_territory: dict[str, Lane] = {}
        self._retrying = Retrying(database=database, lanes=by_territory)
        for territory, stream in streams.items():
            lane = Lane(
                resource=f"lane:{territory}",
                territory=territory,
                database=database,
                handlers=handlers,
                places=places,
                deadline_seconds=deadline_seconds,
                on_applied=self._retrying.heard,
            )
            by_territory[territory] = lane
            self._lanes[lane.resource] = lane, self._subscriber(lane, stream=stream, batch_size=batch_size)

    def _subscriber(self, lane: Lane, *, stream: str, batch_size: int) -> LaneSubscriber:
        subjects = [contract.subject_filter() for contract in self.handlers.contracts]
        subscriber: Any = self.broker.subscriber(
            config=ConsumerConfig(filter_subjects=subjects),  # described here; the topology made the real one
            stream=JStream(stream, declare=False),
            durable=self._service,
            pull_sub=PullSub(batch_size=batch_size, timeout=POLL_SECONDS, batch=True),
            ack_policy=AckPolicy.MANUAL,
            decoder=leave_undecoded,
            inbox_prefix=f"_INBOX_{self._service}.".encode(),
            title=f"{self._service}:{lane.territory}",
        )
        subscriber.__class__ = LaneSubscriber  # same layout: FastStream has no way to pass a class in
        subscriber.heartbeat_seconds = HEARTBEAT_SECONDS if self._is_cluster else None
        subscriber.on_stall = lambda reason: log.error(
            "lane_stalled", service=self._service, lane=lane.resource, reason=reason
        )
        subscriber(lane.consume)
        return subscriber

    @property
    def served(self) -> int:
        """How many lanes this process serves now."""
        return sum(lane.epoch is not None for lane, _ in self._lanes.values())

    @property
    def resources(self) -> list[str]:
        return list(self._lanes)

    async def gain(self, resource: str, epoch: int) -> None:
        """Serve a lane from now on; a broker that is away, or has no consumer yet, is asked again and again."""
        lane, subscriber = self._lanes[resource]
        lane.gain(epoch)
        self._starting[resource] = asyncio.create_task(self._start(lane, subscriber))
        self._retrying.look()

    async def _start(self, lane: Lane, subscriber: LaneSubscriber) -> None:
        while not subscriber.running:
            try:
                await subscriber.start()
            except Exception as error:
                subscriber.on_stall(type(error).__name__)
                await asyncio.sleep(START_AGAIN_SECONDS)

    async def lose(self, resource: str) -> None:
        """Stop serving a lane; a batch in progress is finished or refused by its epoch."""
        lane, subscriber = self._lanes[resource]
        await end(self._starting.pop(resource))
        lane.lose()
        consuming = list(subscriber.tasks)
        await subscriber.stop()
        await end(*consuming)

    def pause(self, paused: Set[str]) -> None:
        """Hold the lanes that an operator paused, let the others go on; told at every beat."""
        for resource, (lane, _) in self._lanes.items():
            lane.pause(resource in paused)

    async def close(self) -> None:
        """Leave the broker. While it is away nothing can be drained, and nothing is in hand."""
        connection = await self.broker.connect()
        try:
            await self.broker.stop()
        except (NatsError, OSError, ExceptionGroup):  # a group where subscribers could not stop
            await leave(connection)

    async def retry_waiting(self) -> None:
        """Try parked events again whose cause may have come, until cancelled."""
        await self._retrying.run()

    async def _on_error(self, error: Exception) -> None:
        log.warning(
            "broker_error", service=self._service, error=type(error).__name__, detail=str(error)[:200]
        )


def territory_streams(served: tuple[str, ...]) -> dict[str, str]:
    """Lane to stream for the territories that a process may serve."""
    return {code: stream_of(code) for code in served}


PERSONAL_STREAMS = {PERSONAL_STREAM: PERSONAL_STREAM}
