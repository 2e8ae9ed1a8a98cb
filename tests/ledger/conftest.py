"""The books of one test, and the role that owns their tables."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.cluster import Cluster
from shared.database.engine import engine_for
from shared.runtime import Service
from tests.ledger.books import Books


@pytest.fixture
async def ledger(make_service: Any) -> Service:
    service: Service = await make_service("ledger")
    return service


@pytest.fixture
async def owner(ledger: Service, cluster: Cluster) -> AsyncIterator[AsyncEngine]:
    database = make_url(ledger.settings.database_url).database
    engine = engine_for(cluster.owner_url("ledger", database=database), pool_size=2, application="tests")
    yield engine
    await engine.dispose()


@pytest.fixture
def books(ledger: Service, owner: AsyncEngine) -> Books:
    return Books(service=ledger, owner=owner)
