"""A whole campaign: receipts that make one billion euros to the cent, from the bus to the books, over all territories.

The way is the real one (event on the bus, ledger processes, every invariant on), in bank days whose statements the
ledger proves. Judged is whether the last tenth goes as fast as the first; what is posted must be exact.
"""

import asyncio
import time
from typing import Any

import asyncpg

from deploy.trials.bench.campaign import Campaign
from deploy.trials.bench.figure import Figure, Goal
from deploy.trials.bench.memory import Memory
from deploy.trials.bench.percentiles import percentile
from deploy.trials.bench.shown import Shown
from deploy.trials.lanes import administration, publisher
from deploy.trials.stage import Stage, stage
from services.ledger.queries.progress import progress
from services.ledger.queries.verification.found import Verification
from services.ledger.queries.verify import verify
from shared.database import Database
from shared.database.engine import engine_for

GOAL = Goal(must=0.8, aim=0.95)
TOTAL_MINOR = 100_000_000_000
"""The movement's aim, in cents."""

READS = 300
MOST_FAULTS = 5


def run(*, receipts: int = 1_000_000, processes: int = 2, total_minor: int = TOTAL_MINOR) -> list[Figure]:
    """Post so many receipts that add up to `total_minor`; one figure."""
    with stage(["ledger"]) as found, Shown(receipts) as shown:
        return [asyncio.run(_measure(found, receipts, total_minor, processes, shown))]


async def _measure(stage: Stage, receipts: int, total_minor: int, processes: int, shown: Shown) -> Figure:
    books = await asyncpg.connect(stage.cluster.app_url("ledger"))
    empty_bytes = await books.fetchval("select pg_database_size(current_database())")
    async with publisher(stage) as client, administration(stage) as jetstream:
        campaign = Campaign(
            client=client, jetstream=jetstream, books=books, receipts=receipts, total_minor=total_minor
        )
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(campaign.publish())
            await campaign.has_begun.wait()
            memory = Memory(_start(stage, processes))
            following = group.create_task(memory.follow())
            await campaign.until_posted(shown.posted)
            await feeding
            await campaign.until_proved()
            following.cancel()
    held_bytes = await books.fetchval("select pg_database_size(current_database())") - empty_bytes
    await books.close()
    shown.then("vérification")
    found, verified_seconds = await _verify(stage)
    shown.then("lecture du progrès")
    figures, reads = await _read_progress(stage, total_minor)
    rates = campaign.rates()
    return Figure(
        name="billion",
        title="un milliard : débit du dernier dixième ÷ premier",
        goal=GOAL,
        samples=(rates[-1] / rates[0],),
        unit="paiements/s",
        work=round(rates[-1], 1),
        yardstick=round(rates[0], 1),
        facts={"received_minor": figures["received_minor"], "verify": found.verdict},
        faults=_faults(figures, found, total_minor=total_minor, campaign=campaign),
        details={
            "receipts": receipts,
            "processes": processes,
            "mean_rate": round(campaign.curve.mean_rate(), 1),
            "rates_by_tenth": [round(rate) for rate in rates],
            "seconds": round(campaign.curve.seconds, 1),
            "bytes_per_receipt": round(held_bytes / receipts),
            "proved_statements": found.proved_statements,
            "received_proved_on": figures["received_proved_on"],
            "verify_seconds": round(verified_seconds, 1),
            "progress_p50_ms": round(percentile(reads, 50), 2),
            "progress_p99_ms": round(percentile(reads, 99), 2),
            "fewest_waiting": campaign.fewest_waiting,
            "memory_mib": memory.summary(),
        },
    )


def _start(stage: Stage, processes: int) -> dict[str, int]:
    """Start the ledger's processes; the pid of every program that works, by name."""
    ledgers = [stage.process("ledger", name=f"ledger-{number}", roles="lanes") for number in range(processes)]
    for ledger in ledgers:
        ledger.start()
    programs = [*stage.broker.children, stage.cluster.child, *ledgers]
    return {child.name: child.pid for child in programs if child.pid is not None}


async def _verify(stage: Stage) -> tuple[Verification, float]:
    """The code behind `milliard ledger verify`, and how long it took in seconds."""
    engine = engine_for(stage.cluster.app_url("ledger"), pool_size=1, application="milliard-verify")
    began = time.perf_counter()
    found = await verify(engine)
    await engine.dispose()
    return found, time.perf_counter() - began


async def _read_progress(stage: Stage, target_minor: int) -> tuple[dict[str, Any], list[float]]:
    """The page's figures, read again and again; how long each reading took, in ms."""
    database = Database(url=stage.cluster.app_url("ledger"), service="ledger", pool_size=1)
    figures: dict[str, Any] = {}
    reads = []
    for _ in range(READS):
        began = time.perf_counter()
        async with database.begin() as work:
            figures = await progress(work, target_minor=target_minor)
        reads.append((time.perf_counter() - began) * 1000)
    await database.close()
    return figures, reads


def _faults(
    figures: dict[str, Any], found: Verification, *, total_minor: int, campaign: Campaign
) -> tuple[str, ...]:
    faults = list(found.problems[:MOST_FAULTS])
    if figures["received_minor"] != total_minor:
        faults.append(f"le reçu est {figures['received_minor']} au lieu de {total_minor} (en centimes).")
    if found.entries != campaign.receipts:
        faults.append(f"{found.entries} écritures pour {campaign.receipts} paiements.")
    if found.proved_statements != campaign.days:
        faults.append(f"{found.proved_statements} relevés prouvés sur {campaign.days}.")
    return tuple(faults)
