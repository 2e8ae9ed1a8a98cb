"""A promise over HTTP: checked, given a reference, told to the others; sixteen people at a time.

Beside the same server that answers with one INSERT and no rules (`bare_pledges.py`): what our own work costs on top
of what FastAPI, uvicorn and PostgreSQL cost anyway. Pledges runs as in production, so its relay publishes what is
promised meanwhile. Nobody comes twenty-one times from one address: the gate against floods is on and lets all pass.
"""

import asyncio
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import asyncpg

from deploy.trials.apart import Apart, apart
from deploy.trials.bench import bare_pledges, http_load
from deploy.trials.bench.figure import Figure, Goal, Sample, compared
from deploy.trials.bench.percentiles import percentile
from deploy.trials.stage import Stage, stage

GOAL = Goal(must=0.5, aim=0.7)
PATH = "/api/pledges/pledges"
CONNECTIONS = 16
WARM_UP_SECONDS = 0.5
CREATED = "201"


def run(*, rounds: int = 5, seconds: float = 4) -> list[Figure]:
    """Measure for so many seconds in each round, the service and its yardstick."""
    with stage(["pledges"]) as found:
        asyncio.run(_make_table(found))
        service = found.process("pledges")
        bare = found.process("pledges", name="bare", roles="api")
        bare.command = [sys.executable, "-m", bare_pledges.__name__]
        for child in (service, bare):
            child.start()
            found.wait_until_ready(child)
        return [asyncio.run(_measure(found, rounds=rounds, seconds=seconds))]


async def _make_table(stage: Stage) -> None:
    owner = await asyncpg.connect(stage.cluster.owner_url("pledges"))
    await owner.execute(bare_pledges.TABLE)
    await owner.close()


async def _measure(stage: Stage, *, rounds: int, seconds: float) -> Figure:
    samples = []
    async with apart(http_load.__name__, environment={}) as sender:
        load = _Load(sender, seconds=seconds)
        for turn in range(rounds):
            raw = await load.on(stage.socket_of("bare"), bare_pledges.PATH) if turn % 2 else None
            work = await load.on(stage.socket_of("pledges"), PATH)
            raw = raw or await load.on(stage.socket_of("bare"), bare_pledges.PATH)
            samples.append(Sample(work=work, yardstick=raw))
    database = await asyncpg.connect(stage.cluster.app_url("pledges"))
    kept = await database.fetchval("select count(*) from pledges")
    await database.close()
    if kept != load.answered[PATH]:
        raise AssertionError(f"{load.answered[PATH]} promises were answered and {kept} are kept")
    return compared(
        "pledge-http",
        "promesse par HTTP",
        GOAL,
        samples,
        unit="requêtes/s",
        connections=CONNECTIONS,
        pledges=kept,
        p50_ms=round(percentile(load.seconds[PATH], 50) * 1000, 1),
        p99_ms=round(percentile(load.seconds[PATH], 99) * 1000, 1),
    )


class _Load:
    """The promises that are sent, and what became of them by path."""

    def __init__(self, sender: Apart, *, seconds: float) -> None:
        self._sender = sender
        self._seconds = seconds
        self.answered: Counter[str] = Counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)

    async def on(self, socket: Path, path: str) -> float:
        """Requests per second that a server answers, once it is warm."""
        await self._send(socket, path, WARM_UP_SECONDS)
        answer = await self._send(socket, path, self._seconds)
        self.seconds[path] += answer["latencies"]
        return len(answer["latencies"]) / float(answer["seconds"])

    async def _send(self, socket: Path, path: str, seconds: float) -> dict[str, Any]:
        answer = await self._sender.ask(
            socket=str(socket), path=path, seconds=seconds, connections=CONNECTIONS, post=True
        )
        if set(answer["statuses"]) != {CREATED}:
            raise AssertionError(f"{path} was answered by {answer['statuses']}")
        self.answered[path] += answer["statuses"][CREATED]
        return answer
