"""From a bank's file to posted entries, the whole way: HTTP, XML, matching, outbox, relay, bus, ledger.

Beside `posting`'s events per second, measured in the same run on the same lanes: what the way from the bank to the
bus costs on top. Pledges runs as in production (API, lanes and relay in one process); notifications, which would
write a letter for each payment, does not run here. The clock runs from the request to the last entry, and so does the
watch on the memory of pledges, with the process that reads the file.
"""

import asyncio
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

import asyncpg
from lxml import etree

from deploy.trials.bench.bank_file import Bank
from deploy.trials.bench.figure import Bound, Figure, Goal, Sample, compared
from deploy.trials.bench.many_pledges import make_pledges
from deploy.trials.bench.peak import peak_of
from deploy.trials.bench.posting import post_backlog
from deploy.trials.bench.raw_copy import seconds_to_copy
from deploy.trials.facts import payments
from deploy.trials.lanes import fill, posted, publisher, until_posted
from deploy.trials.stage import Stage, stage
from shared.values import lanes

GOAL = Goal(must=0.4, aim=0.8)
GOAL_AMONG_MANY = Goal(must=0.3, aim=0.8)
"""A file that pays old pledges at random reads a page for each line, and logs it whole once after a checkpoint: 20 µs
of PostgreSQL more (docs/performance.md). The yardstick, which posts, touches no pledge."""
MEMORY_GOAL = Goal(must=300, aim=250, at_most=True)
"""Of the service with its reader, in MB: a file of any length takes what a small server can spare."""


def run(
    *, rounds: int = 5, entries: int = 100_000, pledges: int | None = None, processes: int = 1
) -> list[Figure]:
    """Measure a file of `entries` in each round, with this many ledger processes.

    With `pledges`, so many have been there for years, and the file pays some of them at random. Without, each line pays
    a new one, in turn over the territories: the same load as ever, for figures of different releases.
    Each round has a home of its own, so that rounds are alike: one that follows on the books of others finds larger
    tables, and memory that a virtual machine may have to ask its host for, page by page.
    """
    outcomes = []
    for turn in range(rounds):
        with stage(["pledges", "ledger"]) as found:
            round_ = _Round(found, turn=turn, entries=entries, pledges=pledges, processes=processes)
            outcomes.append(asyncio.run(round_.measure()))
    return [
        compared(
            "statement",
            "relevé → écriture passée",
            GOAL if pledges is None else GOAL_AMONG_MANY,
            [one.sample for one in outcomes],
            unit="lignes/s",
            bounds=[
                Bound(
                    "peak_rss_mb",
                    "… mémoire la plus haute, Mo",
                    MEMORY_GOAL,
                    tuple(one.peak_rss_mb for one in outcomes),
                    unit="Mo",
                )
            ],
            entries=entries,
            pledges=_promised(entries, pledges),
            processes=processes,
            posted=sum(one.posted for one in outcomes),
            import_per_second=round(entries / median(one.import_seconds for one in outcomes)),
            raw_xml_per_second=round(entries / median(one.raw_xml_seconds for one in outcomes)),
            raw_copy_per_second=round(entries / median(one.raw_copy_seconds for one in outcomes)),
            sampled_peak_rss_mb=max(one.sampled_peak_rss_mb for one in outcomes),
        )
    ]


class _Outcome(NamedTuple):
    """What one round found."""

    sample: Sample
    posted: int
    import_seconds: float
    raw_xml_seconds: float
    raw_copy_seconds: float
    peak_rss_mb: float
    sampled_peak_rss_mb: float


class _Round:
    """One file and its yardstick, on a stage of their own; the order alternates from turn to turn."""

    def __init__(self, stage: Stage, *, turn: int, entries: int, pledges: int | None, processes: int) -> None:
        self._stage = stage
        self._turn = turn
        self._entries = entries
        self._pledges = pledges
        self._processes = processes
        self._import_seconds = 0.0

    async def measure(self) -> _Outcome:
        cluster = self._stage.cluster
        lived = self._pledges is not None
        promised = _promised(self._entries, self._pledges)
        await make_pledges(cluster.owner_url("pledges"), cluster.admin_url, promised, lived=lived)
        service = self._stage.process("pledges")
        service.start()
        self._stage.wait_until_ready(service)
        assert service.pid
        self._service_pid = service.pid
        self._database = await asyncpg.connect(cluster.app_url("ledger"))
        pledges = await asyncpg.connect(cluster.app_url("pledges"))
        bank = Bank(pledges, self._stage.home / "samples", at_random=lived)
        warm_up = await bank.statement(len(lanes()))
        file = await bank.statement(self._entries)
        await pledges.close()
        if self._turn % 2:
            raw = await self._post_alone()
            work = await self._import(warm_up, file)
        else:
            work = await self._import(warm_up, file)
            raw = await self._post_alone()
        total = await posted(self._database)
        await self._database.close()
        return _Outcome(
            sample=Sample(work=work, yardstick=raw),
            posted=total,
            import_seconds=self._import_seconds,
            raw_xml_seconds=_seconds_to_parse(file),
            raw_copy_seconds=await seconds_to_copy(
                cluster.owner_url("pledges"), {"bank_lines": self._entries}
            ),
            peak_rss_mb=self._peak.megabytes,
            sampled_peak_rss_mb=self._peak.sampled_megabytes,
        )

    async def _post_alone(self) -> float:
        async with publisher(self._stage) as client:
            await fill(client, payments(self._entries, seed=self._turn))
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
        async with peak_of(self._service_pid) as self._peak:
            began = time.perf_counter()
            sending = asyncio.create_task(self._send(file))
            await until_posted(self._database, before + len(lanes()) + self._entries)
            seconds = time.perf_counter() - began
            self._import_seconds = await sending
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


def _promised(entries: int, pledges: int | None) -> int:
    """How many pledges there are; by default one for each line of the file and of the warming up."""
    return entries + len(lanes()) if pledges is None else pledges


def _seconds_to_parse(file: Path) -> float:
    """How long lxml takes to go through the file, doing nothing with it."""
    began = time.perf_counter()
    with closing(file.open("rb")) as content:
        for _, element in etree.iterparse(content, events=("end",)):
            element.clear()
    return time.perf_counter() - began
