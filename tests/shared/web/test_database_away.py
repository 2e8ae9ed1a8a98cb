"""What is told while the database is away: come back in a moment, nothing was lost."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from deploy.local.cluster import Cluster
from shared.database import Database
from shared.runtime import Transaction
from shared.web.errors import install_errors


def _app(database: Database) -> FastAPI:
    app = FastAPI()
    app.state.database = database
    install_errors(app, statuses={})

    @app.get("/api/ledger/anything")
    async def anything(work: Transaction, seconds: float = 0) -> None:
        await work.execute("select pg_sleep(:seconds)", seconds=seconds)
        await work.execute("select pg_terminate_backend(pg_backend_pid())" if seconds else "select 1")

    @app.get("/api/ledger/wrong")
    async def wrong(work: Transaction) -> None:
        await work.execute("select nonsense")

    return app


@pytest.fixture
async def visitor(cluster: Cluster) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks a service that has a database."""
    owner_url, _ = cluster.fresh_database("ledger")
    database = Database(url=owner_url, service="ledger", pool_size=1)
    transport = httpx.ASGITransport(_app(database), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://milliard.test") as client:
        yield client
    await database.close()


async def test_a_database_that_does_not_answer_is_no_fault_of_the_service() -> None:
    """503 and when to come back, in French."""
    database = Database(url="postgresql://nobody@127.0.0.1:1/none", service="ledger", pool_size=1)
    transport = httpx.ASGITransport(_app(database), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://milliard.test") as client:
        answer = await client.get("/api/ledger/anything")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "base de données" in answer.json()["detail"]


async def test_a_connection_that_dies_during_a_request_is_the_databases_absence(
    visitor: httpx.AsyncClient,
) -> None:
    """As when the database restarts; the next request finds it again."""
    assert (await visitor.get("/api/ledger/anything", params={"seconds": 0.01})).status_code == 503
    assert (await visitor.get("/api/ledger/anything")).status_code == 200


async def test_a_wrong_statement_stays_our_own_fault(visitor: httpx.AsyncClient) -> None:
    """500: trying again would not help."""
    assert (await visitor.get("/api/ledger/wrong")).status_code == 500
