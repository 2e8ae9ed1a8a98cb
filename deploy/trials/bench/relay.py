"""From a service's outbox to the streams, in order, marked as published; beside the publishing alone.

The rows are written by the service's own unit of work. The relay is the service's own program with the role
`relay`, started on a full outbox; its clock is the database's, from the moment when it took its lease to the last
row that it marked. The yardstick publishes the same messages to the same streams; it reads and marks nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

import asyncpg
from nats.aio.client import Client

from deploy.local.child import StartFailed
from deploy.trials.bench.figure import Figure, Goal, Sample, compared
from deploy.trials.bench.raw_publish import Message, seconds_to_publish
from deploy.trials.facts import payments
from deploy.trials.lanes import LOOK_SECONDS, publisher
from deploy.trials.stage import Stage, stage
from shared.database import Database
from shared.events import read_headers
from shared.values import new_id

GOAL = Goal(must=0.5, aim=0.8)
RECORDED_AT_ONCE = 1000
WITHIN_SECONDS = 300
LONE_LANE = "75"

_WAITING = (
    "select lane, subject, payload, headers from outbox_messages where published_at is null order by position"
)
_IS_WAITING = "select exists (select from outbox_messages where published_at is null)"
_SECONDS = """
    select extract(epoch from (select max(published_at) from outbox_messages) - changed_at)::float
    from leases where resource = 'relay'
"""


def run(*, rounds: int = 5, events: int = 40_000, one_lane: int = 10_000) -> list[Figure]:
    """Measure `events` over all lanes in each round; at the end, `one_lane` of them in a single lane."""
    with stage(["pledges"]) as found:
        return [asyncio.run(_measure(found, rounds=rounds, events=events, one_lane=one_lane))]


async def _measure(stage: Stage, *, rounds: int, events: int, one_lane: int) -> Figure:
    database = await asyncpg.connect(stage.cluster.app_url("pledges"))
    async with publisher(stage) as client:
        samples = []
        for turn in range(rounds):
            await _record(stage, events, seed=turn)
            samples.append(await _sample(stage, database, client, raw_first=bool(turn % 2)))
        await _record(stage, one_lane, seed=rounds, territories=[LONE_LANE])
        alone = await _sample(stage, database, client, raw_first=False)
    published = await database.fetchval("select count(*) from outbox_messages where published_at is not null")
    await database.close()
    return compared(
        "relay",
        "boîte d’envoi → flux",
        GOAL,
        samples,
        unit="événements/s",
        events=events,
        published=published,
        one_lane_per_second=round(alone.work),
        one_lane_yardstick_per_second=round(alone.yardstick),
        one_lane_ratio=round(alone.ratio, 3),
    )


async def _record(stage: Stage, count: int, *, seed: int, territories: Sequence[str] | None = None) -> None:
    """Put events into the outbox as operations do."""
    database = Database(url=stage.cluster.app_url("pledges"), service="pledges", pool_size=4)
    events = payments(count, seed=seed, territories=territories)
    try:
        while some := list(islice(events, RECORDED_AT_ONCE)):
            async with database.begin() as work:
                for event in some:
                    work.record(event)
    finally:
        await database.close()


async def _sample(stage: Stage, database: asyncpg.Connection, client: Client, *, raw_first: bool) -> Sample:
    lanes = await _waiting(database)
    count = sum(len(messages) for messages in lanes.values())
    raw = await seconds_to_publish(client, lanes) if raw_first else None
    work = await _relay(stage, database)
    raw = raw or await seconds_to_publish(client, lanes)
    return Sample(work=count / work, yardstick=count / raw)


async def _waiting(database: asyncpg.Connection) -> dict[str, list[Message]]:
    """What the outbox holds, with other ids: the streams keep them all, and refuse the same one twice."""
    lanes = defaultdict(list)
    for row in await database.fetch(_WAITING):
        headers = read_headers(row["headers"]) | {"Nats-Msg-Id": str(new_id())}
        lanes[row["lane"]].append(Message(row["subject"], row["payload"].encode(), headers))
    return lanes


async def _relay(stage: Stage, database: asyncpg.Connection) -> float:
    """Seconds from the relay's lease to the last row that it marked."""
    relay = stage.process("pledges", name="pledges-relay", roles="relay")
    relay.start()
    async with asyncio.timeout(WITHIN_SECONDS):
        while await database.fetchval(_IS_WAITING):
            if relay.has_ended():
                raise StartFailed(
                    name=relay.name, log=relay.log, reason=f"il s’est arrêté ({relay.how_it_ended})"
                )
            await asyncio.sleep(LOOK_SECONDS)
    seconds = await database.fetchval(_SECONDS)  # before the stop, which gives the lease back
    relay.stop()
    return float(seconds)
