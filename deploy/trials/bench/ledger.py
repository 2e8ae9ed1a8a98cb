"""Posting alone, without the bus: batches of 500 facts of one territory into the real books, every invariant on.

Beside pgbench's TPC-B with 16 clients on the same server: what the same machine and database do when each transfer
is a transaction of its own, checked by nobody. Two more readings say where posting stands between the fastest and
the most usual way: COPY of the same rows into bare tables, and one transaction for each event through the ORM.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import asyncpg

from deploy.trials.apart import Apart, apart
from deploy.trials.bench import posting_alone
from deploy.trials.bench.figure import Figure, Goal, Sample, compared
from deploy.trials.bench.naive import post_naively
from deploy.trials.bench.pgbench import SCALE, Pgbench
from deploy.trials.bench.posting_alone import POOL_SIZE
from deploy.trials.bench.raw_copy import seconds_to_copy
from deploy.trials.facts import heard, payments
from deploy.trials.lanes import until_posted
from deploy.trials.stage import Stage, stage
from shared.database import Database
from shared.values import NATIONAL, lanes

GOAL = Goal(must=8, aim=12)
BATCH = 500


def run(
    *,
    rounds: int = 5,
    transfers: int = 40_000,
    workers: int = 0,
    pgbench_seconds: int = 5,
    pgbench_scale: int = SCALE,
    naive: int = 1_000,
) -> list[Figure]:
    """Measure `transfers` in each round with this many processes (0: one for each core), then `naive` ones."""
    workers = workers or os.cpu_count() or 1
    transfers = max(1, transfers // BATCH // workers) * BATCH * workers
    with stage(["ledger"]) as found:
        pgbench = Pgbench(found)
        asyncio.run(pgbench.prepare(scale=pgbench_scale))
        samples = asyncio.run(
            _compare(
                found, pgbench, rounds=rounds, transfers=transfers, workers=workers, seconds=pgbench_seconds
            )
        )
        details = asyncio.run(_other_ways(found, transfers=transfers, naive=naive))
    return [
        compared(
            "ledger",
            "grand livre seul",
            GOAL,
            samples,
            unit="virements/s",
            transfers=transfers,
            processes=workers,
            **details,
        )
    ]


async def _compare(
    stage: Stage, pgbench: Pgbench, *, rounds: int, transfers: int, workers: int, seconds: int
) -> list[Sample]:
    samples = []
    environment = stage.environments.for_service("ledger")
    async with AsyncExitStack() as stack:
        posters = [
            await stack.enter_async_context(apart(posting_alone.__name__, environment=environment))
            for _ in range(workers)
        ]
        await _prepare(posters, transfers=BATCH * workers, seed=0)  # a process that posts all day is warm
        await _post(posters)
        for turn in range(rounds):
            await _prepare(posters, transfers=transfers, seed=turn + 1)
            raw = pgbench.transfers_per_second(seconds) if turn % 2 else None
            work = transfers / await _post(posters)
            raw = raw or pgbench.transfers_per_second(seconds)
            samples.append(Sample(work=work, yardstick=raw))
    database = await asyncpg.connect(stage.cluster.app_url("ledger"))
    await until_posted(database, BATCH * workers + rounds * transfers, within_seconds=1)
    await database.close()
    return samples


async def _prepare(posters: Sequence[Apart], *, transfers: int, seed: int) -> None:
    """Give each process batches of territories that no other one has."""
    codes = [code for code in lanes() if code != NATIONAL]
    await asyncio.gather(
        *(
            poster.ask(
                make=transfers // BATCH // len(posters),
                of=BATCH,
                territories=codes[number :: len(posters)],
                seed=seed * len(posters) + number,
            )
            for number, poster in enumerate(posters)
        )
    )


async def _post(posters: Sequence[Apart]) -> float:
    """Seconds until all have posted what they prepared."""
    began = time.perf_counter()
    await asyncio.gather(*(poster.ask() for poster in posters))
    return time.perf_counter() - began


async def _other_ways(stage: Stage, *, transfers: int, naive: int) -> dict[str, Any]:
    """Transfers per second of the fastest way and of the most usual one, and how many are posted in the end."""
    rows = {"journal_entries": transfers, "entry_lines": 2 * transfers}
    copied = await seconds_to_copy(stage.cluster.owner_url("ledger"), rows)
    database = Database(url=stage.cluster.app_url("ledger"), service="ledger", pool_size=POOL_SIZE)
    try:
        one_by_one = await post_naively(database, [heard(event) for event in payments(naive)])
        async with database.begin() as work:
            entries = await work.execute("select count(*) from journal_entries")
            return {
                "posted": entries.scalar(),
                "raw_copy_per_second": round(transfers / copied),
                "naive_per_second": round(naive / one_by_one),
            }
    finally:
        await database.close()
