"""From a bank's file to posted entries, the whole way: HTTP, XML, matching, outbox, relay, bus, ledger.

Beside `posting`'s events per second, measured in the same run on the same lanes: what the way from the bank to the
bus costs on top. Pledges runs as in production (API, lanes and relay in one process); notifications, which would
write a letter for each payment, does not run here. The clock runs from the request to the last entry.
"""

import asyncio
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import asyncpg
from lxml import etree
from nats.aio.client import Client

from deploy.trials.bench.bank_file import Bank
from deploy.trials.bench.figure import Figure, Goal, Sample, compared
from deploy.trials.bench.posting import post_backlog
from deploy.trials.bench.raw_copy import seconds_to_copy
from deploy.trials.facts import payments
from deploy.trials.lanes import fill, posted, publisher, until_posted
from deploy.trials.stage import Stage, stage
from shared.values import lanes

GOAL = Goal(must=0.4, aim=0.8)


def run(*, rounds: int = 5, entries: int = 100_000, processes: int = 1) -> list[Figure]:
    """Measure a file of `entries` in each round, with this many ledger processes."""
    with stage(["pledges", "ledger"]) as found:
        pledges = found.process("pledges")
        pledges.start()
        found.wait_until_ready(pledges)
        return [asyncio.run(_Trial(found, entries=entries, processes=processes).run(rounds=rounds))]


class _Trial:
    """One run on one stage."""

    def __init__(self, stage: Stage, *, entries: int, processes: int) -> None:
        self._stage = stage
        self._entries = entries
        self._processes = processes
        self._import_seconds: list[float] = []

    async def run(self, *, rounds: int) -> Figure:
        self._database = await asyncpg.connect(self._stage.cluster.app_url("ledger"))
        pledges = await asyncpg.connect(self._stage.cluster.app_url("pledges"))
        bank = Bank(pledges, self._stage.home / "samples")
        samples = []
        async with publisher(self._stage) as client:
            for turn in range(rounds):
                warm_up = await bank.statement(len(lanes()))
                file = await bank.statement(self._entries)
                raw = await self._post_alone(client, seed=turn) if turn % 2 else None
                work = await self._import(warm_up, file)
                raw = raw or await self._post_alone(client, seed=turn)
                samples.append(Sample(work=work, yardstick=raw))
        await pledges.close()
        total = await posted(self._database)
        await self._database.close()
        copied = await seconds_to_copy(
            self._stage.cluster.owner_url("pledges"), {"bank_lines": self._entries}
        )
        return compared(
            "statement",
            "relevé → écriture passée",
            GOAL,
            samples,
            unit="lignes/s",
            entries=self._entries,
            processes=self._processes,
            posted=total,
            import_per_second=round(self._entries / median(self._import_seconds)),
            raw_xml_per_second=round(self._entries / _seconds_to_parse(file)),
            raw_copy_per_second=round(self._entries / copied),
        )

    async def _post_alone(self, client: Client, *, seed: int) -> float:
        await fill(client, payments(self._entries, seed=seed))
        return await post_backlog(self._stage, self._database, self._entries, processes=self._processes)

    async def _import(self, warm_up: Path, file: Path) -> float:
        """Entries per second of the file, with ledgers that were just used, as they are all day."""
        names = [f"ledger-{number}" for number in range(self._processes)]
        ledgers = [self._stage.process("ledger", name=name, roles="lanes,relay") for name in names]
        for ledger in ledgers:
            ledger.start()
        before = await posted(self._database)
        await self._send(warm_up)
        await until_posted(self._database, before + len(lanes()))
        began = time.perf_counter()
        sending = asyncio.create_task(self._send(file))
        await until_posted(self._database, before + len(lanes()) + self._entries)
        seconds = time.perf_counter() - began
        self._import_seconds.append(await sending)
        for ledger in ledgers:
            ledger.stop()
        return self._entries / seconds

    async def _send(self, file: Path) -> float:
        """Import a file as the command does; returns the seconds until the answer."""
        return await asyncio.to_thread(self._post_file, file)

    def _post_file(self, file: Path) -> float:
        began = time.perf_counter()
        with self._stage.platform.http("pledges", timeout=None) as http, file.open("rb") as content:
            answer = http.post("/api/pledges/statements", params={"file": file.name}, content=content)
        answer.raise_for_status()
        return time.perf_counter() - began


def _seconds_to_parse(file: Path) -> float:
    """How long lxml takes to go through the file, doing nothing with it."""
    began = time.perf_counter()
    with closing(file.open("rb")) as content:
        for _, element in etree.iterparse(content, events=("end",)):
            element.clear()
    return time.perf_counter() - began
