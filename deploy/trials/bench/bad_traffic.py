"""Lanes that get too much, or what cannot be posted. Each disturbance lasts as long as its block."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from deploy.trials.bench.ground import FLOODED, POISONED, QUIET_PER_SECOND, UNREADABLE, Ground, LaneStuck
from deploy.trials.bench.held_up import locked
from deploy.trials.facts import outgoing, payments, poisoned, unreadable
from deploy.trials.lanes import until
from shared.bus.topology import stream_of
from shared.outbox.publish import LARGEST_BATCH, publish_run

FLOOD_PER_SECOND = 50 * QUIET_PER_SECOND
BACKLOG = 25_000
"""Waits on the flooded lane when it is let go, and is topped up: whatever the lane can do, more is there."""
BAD_BACKLOG = 2_000
POISON_EVERY, UNREADABLE_EVERY = 10, 2
PARKED_WITHIN_SECONDS = 60.0
TICK_SECONDS = 0.1
KEPT = 5_000
"""A flooded stream is purged of this many read messages at a time, as the keeper does, lest it fill."""


@asynccontextmanager
async def flood(ground: Ground) -> AsyncIterator[dict[str, Any]]:
    """One lane gets fifty times a quiet lane's events, and always more than it can take."""
    await _fill(ground)
    readings: dict[str, Any] = {"backlog_min": BACKLOG, "flood_events": BACKLOG}
    async with _meanwhile(lambda: _flood(ground, readings)):
        yield readings
    await ground.calm(FLOODED)


async def _fill(ground: Ground) -> None:
    """Nothing is posted meanwhile: a lane that is served as fast as it is filled would never be flooded."""
    async with locked(ground, FLOODED):
        for _ in range(0, BACKLOG, LARGEST_BATCH):
            await _send_batch(ground)


async def _flood(ground: Ground, readings: dict[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    began, purged = loop.time(), 0
    while True:
        lane = await ground.jetstream.consumer_info(stream_of(FLOODED), "ledger")
        waiting = lane.num_pending or 0
        readings["backlog_min"] = min(readings["backlog_min"], waiting)
        floor = lane.ack_floor.stream_seq if lane.ack_floor else 0
        if floor - purged > KEPT:
            await ground.jetstream.purge_stream(stream_of(FLOODED), seq=floor + 1)
            purged = floor
        if waiting < BACKLOG or readings["flood_events"] < FLOOD_PER_SECOND * (loop.time() - began):
            await _send_batch(ground)
            readings["flood_events"] += LARGEST_BATCH
        else:
            await asyncio.sleep(TICK_SECONDS)


async def _send_batch(ground: Ground) -> None:
    events = payments(LARGEST_BATCH, territories=[FLOODED])
    await publish_run(ground.client, [outgoing(event) for event in events])


@asynccontextmanager
async def poison(ground: Ground) -> AsyncIterator[dict[str, Any]]:
    """On one lane every tenth event fails in its handler, on another every second one cannot be read."""
    async with _meanwhile(lambda: _poison(ground)):
        try:
            await until(lambda: _are_parked(ground), within_seconds=PARKED_WITHIN_SECONDS)
        except TimeoutError:
            raise LaneStuck([POISONED, UNREADABLE]) from None
        readings: dict[str, Any] = {}
        yield readings
        readings["parked"] = await _parked(ground)
    await ground.calm(POISONED, UNREADABLE)
    await ground.books.execute("delete from parked_events")


async def _poison(ground: Ground) -> None:
    """Fifty times a quiet lane's events on both, beside a backlog at the start."""
    loop = asyncio.get_running_loop()
    began, sent, due = loop.time(), 0, BAD_BACKLOG
    while True:
        if count := due - sent:
            failing = poisoned(payments(count, territories=[POISONED]), every=POISON_EVERY)
            await publish_run(ground.client, [outgoing(event) for event in failing])
            broken = [outgoing(event) for event in payments(count, territories=[UNREADABLE])]
            broken[::UNREADABLE_EVERY] = map(unreadable, broken[::UNREADABLE_EVERY])
            await publish_run(ground.client, broken)
            sent += count
        await asyncio.sleep(TICK_SECONDS)
        due = BAD_BACKLOG + int(FLOOD_PER_SECOND * (loop.time() - began))


async def _are_parked(ground: Ground) -> bool:
    """Whether both kinds are being parked."""
    return await _parked(ground) >= BAD_BACKLOG // UNREADABLE_EVERY + BAD_BACKLOG // POISON_EVERY


async def _parked(ground: Ground) -> int:
    return int(await ground.books.fetchval("select count(*) from parked_events"))


@asynccontextmanager
async def _meanwhile(feeding: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Feed lanes beside the block; a feed that fails fails the block."""
    try:
        async with asyncio.TaskGroup() as group:
            fed = group.create_task(feeding())
            yield
            fed.cancel()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
