"""A publisher without the rest of its service: an outbox and a relay on the real broker."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.bus.connection import connect
from shared.database import Database
from shared.outbox import Relay


@pytest.fixture
async def publisher(cluster, templates, topology) -> AsyncIterator[Database]:
    """The outbox of pledges, relayed while the test runs."""
    _, url = cluster.fresh_database("ledger", template=await templates("ledger"))
    database = Database(url=url, service="pledges", pool_size=4)
    client = await connect(topology.url_for("pledges"), service="pledges", name="tests")
    async with database.begin() as work:
        await work.execute("insert into leases (resource, epoch) values ('relay', 1)")
    relay = Relay(database=database, client=client, personal=None)
    relay.gain(1)
    database.on_commit = relay.wake
    task = asyncio.create_task(relay.run())
    yield database
    task.cancel()
    await client.close()
    await database.close()
