"""Keeps streams from filling: one that is past 80 % is purged up to what every service has acknowledged.

Streams keep what was read, for replay, until they need the room; what one service has not read is never purged,
so a stream whose reader is away stays full and its publishers wait (back-pressure in that lane alone).
Run beside the broker, once the topology is applied: `python -m shared.bus.keeper`.
"""

import asyncio
import os
import signal

import structlog
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api

from shared import telemetry
from shared.bus.connection import connect
from shared.bus.topology import listeners

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
FULL_SHARE = 0.8


async def keep(jetstream: JetStreamContext) -> list[str]:
    """Purge the streams that need it; returns their names."""
    purged = []
    for stream in await _all_streams(jetstream):
        limit = stream.config.max_bytes or 0
        if limit <= 0 or stream.state.bytes < FULL_SHARE * limit:
            continue
        name = str(stream.config.name)
        floor = await _read_by_all(jetstream, name, last=stream.state.last_seq)
        if floor >= stream.state.first_seq:
            await jetstream.purge_stream(name, seq=floor + 1)
            purged.append(name)
            log.info("stream_purged", stream=name, up_to=floor)
        else:
            log.warning("stream_full_of_unread", stream=name, bytes=stream.state.bytes, limit=limit)
    return purged


async def _read_by_all(jetstream: JetStreamContext, stream: str, *, last: int) -> int:
    """The sequence up to which every listener of a stream has read; `last` was its newest a moment before.

    A service that should have a consumer and has none has read nothing. One that hears little acknowledges
    little: when nothing is left for it, it has read all there was.
    """
    consumers = {consumer.name: consumer for consumer in await jetstream.consumers_info(stream)}
    if missing := [service for service in listeners(stream) if service not in consumers]:
        log.error("consumers_missing", stream=stream, services=missing)
        return 0
    return min(
        (
            last
            if not consumer.num_pending and not consumer.num_ack_pending
            else (consumer.ack_floor.stream_seq if consumer.ack_floor else 0)
            for consumer in consumers.values()
        ),
        default=0,
    )


async def _all_streams(jetstream: JetStreamContext) -> list[api.StreamInfo]:
    """Every stream's state; the server answers 256 at a time."""
    found: list[api.StreamInfo] = []
    while page := await jetstream.streams_info(offset=len(found)):
        found += page
        if len(page) < 256:
            break
    return found


async def _main() -> None:
    telemetry.configure("bus-keeper")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    client = await connect(os.environ["MILLIARD_TOPOLOGY_NATS_URL"], service="topology", name="keeper")
    personal = await connect(
        os.environ["MILLIARD_TOPOLOGY_PERSONAL_NATS_URL"], service="topology", name="keeper-personal"
    )
    while not stopped.is_set():
        try:
            await keep(client.jetstream())
            await keep(personal.jetstream())
        except (NatsError, TimeoutError) as error:
            log.warning("streams_not_kept", error=type(error).__name__)
        try:
            await asyncio.wait_for(stopped.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue
    await client.close()
    await personal.close()


if __name__ == "__main__":
    asyncio.run(_main())
