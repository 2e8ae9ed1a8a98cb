"""From an event on the bus to a posted entry, durable, every invariant on; beside fetching and acknowledging alone.

The same events, the same streams, in turn: the ledger's own program, then plain nats-py that does nothing with them.
"""

import asyncio
import time

import asyncpg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from deploy.trials.bench.figure import Figure, Goal, Sample, compared
from deploy.trials.facts import payments
from deploy.trials.lanes import administration, fill, posted, publisher, until_posted
from deploy.trials.stage import Stage, stage
from shared.bus.topology import stream_of

GOAL = Goal(must=0.45, aim=0.9)
YARDSTICK = "yardstick"
FETCHED_AT_ONCE = 250
LANES_AT_ONCE = 4


def run(*, rounds: int = 5, events: int = 40_000, processes: int = 1) -> list[Figure]:
    """Measure `events` in each round, with this many ledger processes."""
    with stage(["ledger"]) as found:
        samples = asyncio.run(_measure(found, rounds=rounds, events=events, processes=processes))
    return [
        compared(
            "posting",
            "événement → écriture passée",
            GOAL,
            samples,
            unit="événements/s",
            events=events,
            processes=processes,
        )
    ]


async def _measure(stage: Stage, *, rounds: int, events: int, processes: int) -> list[Sample]:
    samples = []
    database = await asyncpg.connect(stage.cluster.app_url("ledger"))
    async with publisher(stage) as client, administration(stage) as jetstream:
        for turn in range(rounds):
            counts = await fill(client, payments(events, seed=turn))
            if turn % 2:
                raw = await fetch_and_acknowledge(jetstream, counts)
                work = await post_backlog(stage, database, events, processes=processes)
            else:
                work = await post_backlog(stage, database, events, processes=processes)
                raw = await fetch_and_acknowledge(jetstream, counts)
            samples.append(Sample(work=work, yardstick=raw))
    await database.close()
    return samples


async def post_backlog(stage: Stage, database: asyncpg.Connection, events: int, *, processes: int) -> float:
    """Start the ledger on full lanes; events per second from its first entry to its last."""
    before = await posted(database)
    ledgers = [stage.process("ledger", name=f"ledger-{number}", roles="lanes") for number in range(processes)]
    for ledger in ledgers:
        ledger.start()
    await until_posted(database, before + 1, exactly=False)
    began, first = time.perf_counter(), await posted(database)
    await until_posted(database, before + events)
    seconds = time.perf_counter() - began
    for ledger in ledgers:
        ledger.stop()
    return (before + events - first) / seconds


async def fetch_and_acknowledge(jetstream: JetStreamContext, counts: dict[str, int]) -> float:
    """The yardstick: read so many messages of each lane and acknowledge each; returns messages per second."""
    places = asyncio.Semaphore(LANES_AT_ONCE)

    async def read(territory: str, left: int) -> None:
        async with places:
            pull = await jetstream.pull_subscribe_bind(YARDSTICK, stream_of(territory))
            while left:
                messages = await pull.fetch(min(FETCHED_AT_ONCE, left), timeout=10)
                for message in messages:
                    await message.ack()
                left -= len(messages)
            await pull.unsubscribe()

    for territory in counts:
        await jetstream.add_consumer(
            stream_of(territory), ConsumerConfig(durable_name=YARDSTICK, ack_policy=AckPolicy.EXPLICIT)
        )
    began = time.perf_counter()
    await asyncio.gather(*(read(territory, count) for territory, count in counts.items()))
    return sum(counts.values()) / (time.perf_counter() - began)
