"""Keeps streams from filling, and makes again what is missing of them (`shared.bus.repair`).

A stream that is past 80 % is purged up to what every service has acknowledged. Streams keep what was read, for
replay, until they need the room; what one service has not read is never purged, so a stream whose reader is away
stays full and its publishers wait (back-pressure in that lane alone).
Run beside the broker, once the topology is applied: `python -m shared.bus.keeper`.
"""

import asyncio
import signal
from collections.abc import Mapping, Sequence

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api

from shared import telemetry
from shared.bus.backlog import Backlog
from shared.bus.connection import connect, leave
from shared.bus.handlers import Unavailable
from shared.bus.repair import make_missing
from shared.bus.streams import Stream, look_at_streams
from shared.bus.topology import (
    copies_of_streams,
    lane_streams,
    listeners,
    personal_stream,
    room_for_streams,
)
from shared.settings import setting

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
"""While no stream is half full: the fastest lane takes longer to fill the other half."""

LOOK_AT_FULL_SECONDS = 0.25
"""While one is: at ten thousand events a second its last fifth lasts for three times as long."""

FULL_SHARE = 0.8
FILLING_SHARE = 0.5


async def keep(client: Client, *, wanted: Sequence[api.StreamConfig]) -> Mapping[str, Stream]:
    """Repair and purge the streams of an account; returns how they stood before."""
    streams, leaderless = await look_at_streams(client)
    there = [config for config in wanted if config.name not in leaderless]
    await make_missing(client.jetstream(), streams, wanted=there)
    await make_room(client.jetstream(), streams)
    return streams


async def make_room(jetstream: JetStreamContext, streams: Mapping[str, Stream]) -> list[str]:
    """Purge the streams that need it; returns their names."""
    purged = []
    for stream in streams.values():
        if stream.filled < FULL_SHARE:
            continue
        floor = await _read_by_all(jetstream, stream)
        if floor >= stream.first:
            await jetstream.purge_stream(stream.name, seq=floor + 1)
            purged.append(stream.name)
            log.info("stream_purged", stream=stream.name, up_to=floor)
        else:
            log.warning(
                "stream_full_of_unread", stream=stream.name, bytes=stream.bytes, limit=stream.max_bytes
            )
    return purged


async def _read_by_all(jetstream: JetStreamContext, stream: Stream) -> int:
    """The sequence up to which every listener of a stream has read; `stream` is how it stood a moment before.

    A service that should have a consumer and has none has read nothing. One that hears little acknowledges
    little: when nothing is left for it, it has read all there was.
    """
    consumers = {consumer.name: consumer for consumer in await jetstream.consumers_info(stream.name)}
    if missing := [service for service in listeners(stream.name) if service not in consumers]:
        log.error("consumers_missing", stream=stream.name, services=missing)
        return 0
    return min(
        (
            stream.last
            if not consumer.num_pending and not consumer.num_ack_pending
            else (consumer.ack_floor.stream_seq if consumer.ack_floor else 0)
            for consumer in consumers.values()
        ),
        default=0,
    )


async def _main() -> None:
    telemetry.configure("bus-keeper")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    client = await connect(setting("MILLIARD_TOPOLOGY_NATS_URL"), service="topology", name="keeper")
    personal = await connect(
        setting("MILLIARD_TOPOLOGY_PERSONAL_NATS_URL"), service="topology", name="keeper-personal"
    )
    backlog = Backlog()
    copies, room = copies_of_streams(), room_for_streams()
    lanes = lane_streams(replicas=copies, store_bytes=room)
    contacts = [personal_stream(replicas=copies, store_bytes=room)]
    while not stopped.is_set():
        fullest = 0.0
        try:
            kept = {client: await keep(client, wanted=lanes), personal: await keep(personal, wanted=contacts)}
            fullest = max((one.filled for streams in kept.values() for one in streams.values()), default=0.0)
            if telemetry.exports():
                await backlog.look(kept)
        except (NatsError, TimeoutError, Unavailable) as error:
            log.warning("streams_not_kept", error=type(error).__name__)
        try:
            async with asyncio.timeout(LOOK_SECONDS if fullest < FILLING_SHARE else LOOK_AT_FULL_SECONDS):
                await stopped.wait()
        except TimeoutError:
            continue
    await leave(client)
    await leave(personal)


if __name__ == "__main__":
    asyncio.run(_main())
