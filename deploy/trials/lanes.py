"""The lanes of a stage as a trial needs them: filled by the publisher's user, and read to the end."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

import asyncpg
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.trials.facts import outgoing
from deploy.trials.stage import Stage
from shared.bus.connection import connect
from shared.bus.topology import stream_of
from shared.events import Event
from shared.outbox.publish import publish_run
from shared.values import lanes

LOOK_SECONDS = 0.01
LOOK_SHARE = 0.01
"""Of the time that has passed: as exact as a rate can be read, and looking must not cost what it measures."""


@asynccontextmanager
async def publisher(stage: Stage, service: str = "pledges") -> AsyncIterator[Client]:
    """A connection as a service has it."""
    client = await connect(stage.broker.url_for(service), service=service, name="trial")
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def administration(stage: Stage) -> AsyncIterator[JetStreamContext]:
    """JetStream as the topology's user has it."""
    client = await connect(stage.broker.topology_url, service="topology", name="trial-administration")
    try:
        yield client.jetstream()
    finally:
        await client.close()


async def fill(client: Client, events: Iterable[Event]) -> dict[str, int]:
    """Publish events, each lane's in order; returns how many went to each territory."""
    by_lane = defaultdict(list)
    for event in events:
        by_lane[event.territory].append(outgoing(event))
    for messages in by_lane.values():
        await publish_run(client, messages)
    return {territory: len(messages) for territory, messages in by_lane.items()}


async def posted(database: asyncpg.Connection) -> int:
    """How many entries the ledger has."""
    return int(await database.fetchval("select coalesce(sum(seq), 0) from chains"))


async def until(holds: Callable[[], Awaitable[bool]], *, within_seconds: float) -> None:
    """Look again and again until something holds. Raises TimeoutError."""
    began = time.monotonic()
    async with asyncio.timeout(within_seconds):
        while not await holds():
            await asyncio.sleep(max(LOOK_SECONDS, (time.monotonic() - began) * LOOK_SHARE))


async def until_posted(
    database: asyncpg.Connection, total: int, *, exactly: bool = True, within_seconds: float = 300
) -> None:
    """Return once the ledger has this many entries (or at least as many). Raises TimeoutError."""
    found = 0

    async def are_posted() -> bool:
        nonlocal found
        found = await posted(database)
        return found >= total

    await until(are_posted, within_seconds=within_seconds)
    if exactly and found > total:
        raise AssertionError(f"{found} entries for {total} facts: something was posted twice")


async def until_served(database: asyncpg.Connection, *, within_seconds: float = 60) -> None:
    """Return once every lane of a service has a holder. Raises TimeoutError."""

    async def are_held() -> bool:
        return bool(await database.fetchval(_HELD) == len(lanes()))

    await until(are_held, within_seconds=within_seconds)


_HELD = "select count(*) from leases where resource like 'lane:%' and holder is not null"


async def until_read(
    jetstream: JetStreamContext, codes: Sequence[str], *, service: str = "ledger", within_seconds: float = 90
) -> None:
    """Return once a service has nothing left to read on these lanes, and nothing in hand. Raises TimeoutError."""
    left = list(codes)

    async def are_read() -> bool:
        while left:
            found = await jetstream.consumer_info(stream_of(left[-1]), service)
            if found.num_pending or found.num_ack_pending:
                return False
            left.pop()
        return True

    await until(are_read, within_seconds=within_seconds)
