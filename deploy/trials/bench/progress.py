"""The page's figures read from large books; beside the same read from small ones on the same server, in turn.

Each read is the ledger's own query and the data that the page is made of, past the board that keeps it for a
moment. The books are made by SQL (`large_books.py`). Through HTTP, where the board is on, are details.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from deploy.trials.apart import apart
from deploy.trials.bench import http_load
from deploy.trials.bench.figure import Figure, Goal, Sample, compared
from deploy.trials.bench.large_books import ensure_room, fill_books
from deploy.trials.bench.percentiles import percentile
from deploy.trials.stage import Stage, stage
from services.ledger.queries.progress import progress
from services.ledger.settings import Settings
from shared.database import Database
from shared.database.migrate import migrate

READ_GOAL = Goal(must=10, aim=5, at_most=True)
GROWTH_GOAL = Goal(must=1.5, aim=1.1, at_most=True)
READ_AHEAD = 50
HTTP_SECONDS, CONNECTIONS = 2, 4
JSON_PATH, PAGE_PATH = "/api/ledger/progress", "/"


def run(
    *, rounds: int = 5, postings: int = 10_000_000, small: int = 100_000, reads: int = 1_000
) -> list[Figure]:
    """Measure so many reads in each round at `postings` entries, and at `small`."""
    ensure_room(Path(tempfile.gettempdir()), postings + small)
    with stage(["ledger"]) as found:
        return asyncio.run(_measure(found, rounds=rounds, postings=postings, small=small, reads=reads))


async def _measure(stage: Stage, *, rounds: int, postings: int, small: int, reads: int) -> list[Figure]:
    owner_url, small_url = stage.cluster.fresh_database("ledger")
    await migrate("ledger", owner_url=owner_url)
    await fill_books(owner_url, small)
    await fill_books(stage.cluster.owner_url("ledger"), postings)
    large_database = Database(url=stage.cluster.app_url("ledger"), service="ledger", pool_size=1)
    small_database = Database(url=small_url, service="ledger", pool_size=1)
    await _compare(large_database, small_database, READ_AHEAD)
    found = [await _compare(large_database, small_database, reads) for _ in range(rounds)]
    entries = await _entries(large_database)
    for database in (large_database, small_database):
        await database.close()
    samples = [Sample(work=percentile(large, 99), yardstick=percentile(least, 99)) for large, least in found]
    p99 = tuple(sample.work for sample in samples)
    return [
        Figure(
            name="progress",
            title="progrès lu, p99 en ms",
            goal=READ_GOAL,
            samples=p99,
            unit="ms",
            work=median(p99),
            details={
                "postings": entries,
                "p50_ms": round(median(median(large) for large, _ in found), 2),
                **await _through_http(stage),
            },
        ),
        compared(
            "progress-growth",
            f"… ÷ à {small} écritures",
            GROWTH_GOAL,
            samples,
            unit="ms",
            postings=entries,
            small=small,
        ),
    ]


async def _compare(large: Database, small: Database, reads: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each read, of both in turn."""
    found: tuple[list[float], list[float]] = [], []
    for _ in range(reads):
        for database, milliseconds in zip((large, small), found, strict=True):
            milliseconds.append(await _milliseconds_to_read(database))
    return found


async def _milliseconds_to_read(database: Database) -> float:
    began = time.perf_counter()
    async with database.begin() as work:
        await progress(work, target_minor=Settings.model_fields["target_minor"].default)
    return (time.perf_counter() - began) * 1000


async def _entries(database: Database) -> int:
    async with database.begin() as work:
        return int((await work.execute("select count(*) from journal_entries")).scalar())


async def _through_http(stage: Stage) -> dict[str, float]:
    """What visitors get from the ledger's program, the board on."""
    ledger = stage.process("ledger", roles="api")
    ledger.start()
    stage.wait_until_ready(ledger)
    details = {}
    async with apart(http_load.__name__, environment={}) as sender:
        for name, path in (("json", JSON_PATH), ("page", PAGE_PATH)):
            answer = await sender.ask(
                socket=str(stage.socket_of("ledger")),
                path=path,
                seconds=HTTP_SECONDS,
                connections=CONNECTIONS,
                post=False,
            )
            if set(answer["statuses"]) != {"200"}:
                raise AssertionError(f"{path} was answered by {answer['statuses']}")
            details[f"http_{name}_p99_ms"] = round(percentile(answer["latencies"], 99) * 1000, 1)
            details[f"http_{name}_per_second"] = round(len(answer["latencies"]) / answer["seconds"])
    return details
