"""A lane whose stream is full: its publishers are refused, and their outbox holds what they have to say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from deploy.trials.bench.ground import FULL, Ground
from deploy.trials.facts import payments
from deploy.trials.lanes import until, until_read
from shared.bus.topology import stream_of
from shared.database import Database

RECORDED = 5_000
"""Five rounds of the relay, were they not refused."""

EMPTY_WITHIN_SECONDS = 60.0
"""The longest pause of a refused lane is 10 s."""

UNPUBLISHED = "select count(*) from outbox_messages where published_at is null"


@asynccontextmanager
async def full(ground: Ground) -> AsyncIterator[dict[str, Any]]:
    """One lane's stream takes nothing more, and thousands of its events wait in the outbox of pledges."""
    stream = stream_of(FULL)
    found = await ground.jetstream.stream_info(stream)
    await ground.jetstream.update_stream(found.config.evolve(max_bytes=found.state.bytes))
    outbox = await asyncpg.connect(ground.stage.cluster.app_url("pledges"))
    await _record(ground)
    await asyncio.sleep(1)  # the relay reads, is refused, and pauses the lane
    readings: dict[str, Any] = {}
    yield readings
    readings["waiting_in_outbox"] = await outbox.fetchval(UNPUBLISHED)
    await ground.jetstream.update_stream(found.config)

    async def is_empty() -> bool:
        return not await outbox.fetchval(UNPUBLISHED)

    await until(is_empty, within_seconds=EMPTY_WITHIN_SECONDS)
    await outbox.close()
    await until_read(ground.jetstream, [FULL])
    await ground.calm(FULL)
    await ground.publish_one_each(FULL)  # a stream without a message cannot be full


async def _record(ground: Ground) -> None:
    """As an operation of pledges records what it has done."""
    database = Database(url=ground.stage.cluster.app_url("pledges"), service="pledges", pool_size=1)
    async with database.begin() as work:
        for event in payments(RECORDED, territories=[FULL]):
            work.record(event)
    await database.close()
