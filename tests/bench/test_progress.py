"""`milliard bench progress`, tiny; and the books that it makes."""

import pytest

from deploy.local.cluster import Cluster
from deploy.trials.bench import progress
from deploy.trials.bench.figure import Figure
from deploy.trials.bench.large_books import fill_books
from services.ledger.queries.progress import figures_of
from shared.database import Database
from shared.database.migrate import migrate
from tests.bench.promised import keeps_the_promise


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """Twenty reads of a thousand entries and of a hundred."""
    return progress.run(rounds=1, postings=1000, small=100, reads=20)


@pytest.fixture
async def large_books(cluster: Cluster) -> Database:
    """Books of 25 000 entries, in three statements."""
    owner_url, app_url = cluster.fresh_database("ledger")
    await migrate("ledger", owner_url=owner_url)
    await fill_books(owner_url, 25_000)
    return Database(url=app_url, service="ledger", pool_size=1)


def test_it_says_what_every_benchmark_says(figures: list[Figure]) -> None:
    """Both JSON objects have the promised keys: the time of a read, and how it grew."""
    assert [figure.name for figure in figures] == ["progress", "progress-growth"]
    assert keeps_the_promise(figures)


def test_the_large_books_are_as_large_as_was_asked(figures: list[Figure]) -> None:
    """The entries are counted where they are read."""
    assert figures[0].details["postings"] == 1000


async def test_made_books_agree_to_the_cent(large_books: Database) -> None:
    """What the page shows is the sum of the entries' lines, and of the proved statements."""
    async with large_books.begin() as work:
        shown = sum(found.received_minor for found in (await figures_of(work)).values())
        lines = await work.execute("select sum(amount_minor) from entry_lines where account = '512100'")
        proved = await work.execute("select sum(credit_minor), max(closing_minor), count(*) from statements")
        unbalanced = await work.execute(
            "select count(*) from (select from entry_lines group by territory, seq having sum(amount_minor) <> 0) as _"
        )
        assert (shown, shown, 3) == proved.one()
        assert shown == lines.scalar()
        assert unbalanced.scalar() == 0
    await large_books.close()


async def test_made_books_have_the_indexes_and_triggers_of_real_ones(large_books: Database) -> None:
    """A read finds what production has: keys and indexes are back, triggers stand guard again."""
    async with large_books.begin() as work:
        indexes = await work.execute(
            "select count(*) from pg_index where indrelid in ('journal_entries'::regclass, 'entry_lines'::regclass)"
        )
        resting = await work.execute("select count(*) from pg_trigger where tgenabled = 'D'")
        assert (indexes.scalar(), resting.scalar()) == (4, 0)
    await large_books.close()
