"""The pledges that a trial's bank file finds, and which of them it pays."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.local.cluster import Cluster
from deploy.trials.bench.bank_file import Bank
from deploy.trials.bench.many_pledges import make_pledges
from services.pledges.domain.pledge import PledgeState
from services.pledges.domain.references import normalise
from shared.values import territories

COUNT = 2_000


@pytest.fixture
async def database(
    cluster: Cluster, templates: Callable[[str], Awaitable[str]]
) -> AsyncIterator[tuple[asyncpg.Connection, Callable[[bool], Awaitable[Any]]]]:
    """A connection to a fresh database, and how to fill it."""
    owner_url, app_url = cluster.fresh_database("pledges", template=await templates("pledges"))
    connection = await asyncpg.connect(app_url)

    async def fill(lived: bool) -> Any:
        await make_pledges(owner_url, cluster.admin_url, COUNT, lived=lived)
        return await connection.fetch("select reference, state, territory from pledges order by made_at")

    yield connection, fill
    await connection.close()


async def test_pledges_of_years_are_like_real_ones(database: Any) -> None:
    """Each has a reference of its own that the norm accepts; every state is met; the table has its indexes again."""
    connection, fill = database
    indexes = "select count(*) from pg_indexes where tablename = 'pledges'"
    before = await connection.fetchval(indexes)
    rows = await fill(True)
    assert {normalise(row["reference"]) for row in rows} == {row["reference"] for row in rows}
    assert len({row["reference"] for row in rows}) == COUNT
    assert {row["state"] for row in rows} == {state.value for state in PledgeState}
    assert len({row["territory"] for row in rows}) > 90
    assert await connection.fetchval(indexes) == before


async def test_new_pledges_are_paid_one_after_the_other(database: Any, tmp_path: Path) -> None:
    """In turn over the territories; each statement pays those that follow the last one's."""
    connection, fill = database
    rows = await fill(False)
    codes = [territory.code for territory in territories()]
    assert [row["territory"] for row in rows[: len(codes)]] == codes
    bank = Bank(connection, tmp_path, at_random=False)
    files = [await bank.statement(lines) for lines in (3, 5)]
    paid = [re.findall("<Ref>(RF[0-9]+)</Ref>", file.read_text()) for file in files]
    assert [row["reference"] for row in rows[:8]] == paid[0] + paid[1]
