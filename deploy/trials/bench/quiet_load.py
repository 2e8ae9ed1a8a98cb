"""A few quiet lanes, and how long each of their events takes until its entry is there for everybody.

Open loop: the moments are fixed beforehand and latency counts from them, so that a system that stands still is
charged for every event that it kept waiting (no « coordinated omission »). The lanes belong to this load alone and
each fact makes one entry, so a chain that has grown by k shows that the lane's first k facts are posted: one look
at ten rows sees all of them, as any reader would, and costs the database next to nothing. A process of its own.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx

from deploy.trials.apart import obey
from deploy.trials.bench.percentiles import percentile
from deploy.trials.facts import outgoing, payments
from shared.bus.connection import connect
from shared.outbox.publish import publish_one

LOOK_SECONDS = 0.002
"""The resolution, beside the time that a look takes; what it really was is part of the answer."""

GIVE_UP_SECONDS = 90.0
"""After the last moment. Longer than a lane's deadline and rests: to be late is a figure, to be lost a failure."""

CONNECTIONS = 20
PLEDGE_MINOR = 5_000

Send = Callable[[], Coroutine[Any, Any, Any]]


async def measure(
    *, database_url: str, lanes: Sequence[str], per_second: float, seconds: float, seed: int, **way: str
) -> dict[str, Any]:
    """Send `per_second` facts on each lane for so many seconds.

    Gives `latencies_ms`, in no order, and `look_ms`, the time between two looks (its 99th percentile). `way` is
    `nats_url` (payments, by the user of pledges) or `socket` (pledges by HTTP). Raises TimeoutError.
    """
    database = await asyncpg.connect(database_url)
    moments = moments_of(lanes, per_second=per_second, seconds=seconds, seed=seed)
    in_time = sorted((moment, lane) for lane in lanes for moment in moments[lane])
    async with _sender(**way) as prepare:
        sends = [(moment, prepare(lane)) for moment, lane in in_time]
        watch = _Watch(database, moments)
        await watch.begin()
        async with asyncio.timeout(seconds + GIVE_UP_SECONDS), asyncio.TaskGroup() as group:
            group.create_task(watch.run())
            for moment, send in sends:
                await asyncio.sleep(watch.began + moment - asyncio.get_running_loop().time())
                group.create_task(send())
    await database.close()
    return {
        "latencies_ms": [round(latency, 3) for latency in watch.latencies_ms],
        "look_ms": round(percentile(watch.looks_ms, 99), 3),
    }


def moments_of(
    lanes: Sequence[str], *, per_second: float, seconds: float, seed: int
) -> dict[str, list[float]]:
    """Seconds from the beginning, by lane: one in each equal part of the time, anywhere in it."""
    chance = random.Random(seed)  # noqa: S311 - a load that can be repeated, no secret
    part = 1 / per_second
    return {
        lane: [(number + chance.random()) * part for number in range(round(seconds * per_second))]
        for lane in lanes
    }


@asynccontextmanager
async def _sender(
    *, nats_url: str | None = None, socket: str | None = None
) -> AsyncIterator[Callable[[str], Send]]:
    """What makes a fact of a lane, to be sent later."""
    if nats_url:
        client = await connect(nats_url, service="pledges", name="quiet-load")

        def payment(lane: str) -> Send:
            (event,) = payments(1, territories=[lane])
            message = outgoing(event)
            return lambda: publish_one(client, message)

        yield payment
        await client.close()
        return
    transport = httpx.AsyncHTTPTransport(uds=socket, limits=httpx.Limits(max_connections=CONNECTIONS))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=30) as http:

        def pledge(lane: str) -> Send:
            body = {"amount_minor": PLEDGE_MINOR, "territory": lane}

            async def post() -> None:
                (await http.post("/api/pledges/pledges", json=body)).raise_for_status()

            return post

        yield pledge


class _Watch:
    """Looks at the heads of the chains until every fact has its entry."""

    def __init__(self, database: asyncpg.Connection, moments: dict[str, list[float]]) -> None:
        self.began = 0.0
        self.latencies_ms: list[float] = []
        self.looks_ms: list[float] = []
        self._database = database
        self._moments = moments
        self._heads: dict[str, int] = {}
        self._seen = dict.fromkeys(moments, 0)

    async def begin(self) -> None:
        """The chains as they are now are where counting starts; so does the time."""
        self._look = await self._database.prepare(
            "select territory, seq from chains where territory = any($1::text[])"
        )
        self._heads = dict(await self._look.fetch(list(self._moments)))
        self.began = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Look until nothing is outstanding."""
        loop = asyncio.get_running_loop()
        total = sum(map(len, self._moments.values()))
        last = self.began
        while len(self.latencies_ms) < total:
            await asyncio.sleep(LOOK_SECONDS)
            heads = await self._look.fetch(list(self._moments))
            now = loop.time()
            self.looks_ms.append((now - last) * 1000)
            last = now
            for lane, head in heads:
                self._see(lane, head - self._heads.get(lane, 0), now - self.began)

    def _see(self, lane: str, posted: int, at: float) -> None:
        moments = self._moments[lane]
        if posted > len(moments):
            raise AssertionError(f"{posted} entries for {len(moments)} facts: something was posted twice")
        self.latencies_ms += [(at - moment) * 1000 for moment in moments[self._seen[lane] : posted]]
        self._seen[lane] = max(self._seen[lane], posted)


if __name__ == "__main__":
    obey(measure)
