"""`milliard bench ledger`, tiny; and the naive way that it compares itself with."""

import pytest

from deploy.trials.bench import ledger
from deploy.trials.bench.figure import Figure
from deploy.trials.bench.ledger import BATCH
from deploy.trials.bench.naive import post_naively
from deploy.trials.facts import heard, payments
from services.ledger.queries.verify import verify
from tests.bench.promised import keeps_the_promise
from tests.conftest import MakeService


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """Two batches by two processes, a second of pgbench, twenty naive transfers."""
    return ledger.run(rounds=1, transfers=1000, workers=2, pgbench_seconds=1, pgbench_scale=1, naive=20)


def test_it_says_what_every_benchmark_says(figures: list[Figure]) -> None:
    """Its JSON object has the promised keys."""
    assert [figure.name for figure in figures] == ["ledger"]
    assert keeps_the_promise(figures)


def test_every_transfer_is_in_the_books(figures: list[Figure]) -> None:
    """What was timed was posted, once: a batch by each process to warm up, the measured ones, the naive ones."""
    assert figures[0].details["transfers"] == 1000
    assert figures[0].details["posted"] == 2 * BATCH + 1000 + 20


def test_slower_and_faster_ways_are_read_beside_it(figures: list[Figure]) -> None:
    """Bare COPY of the same rows, and one transaction for each event through the ORM."""
    assert figures[0].details["raw_copy_per_second"] > 0
    assert figures[0].details["naive_per_second"] > 0


async def test_the_naive_way_keeps_the_same_books(make_service: MakeService) -> None:
    """Posted one by one, the chain, the balances and the receipts are as the ledger's own verification wants them."""
    service = await make_service("ledger")
    facts = [heard(event) for event in payments(12, territories=["64", "75", "2A"])]
    await post_naively(service.database, facts)
    found = await verify(service.database.engine)
    assert found.problems == []
    async with service.database.begin() as work:
        assert (await work.execute("select count(*) from journal_entries")).scalar() == 12
