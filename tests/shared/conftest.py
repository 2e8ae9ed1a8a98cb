"""A listener without rules of its own, and a publisher without the rest of its service, on real parts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.bus.connection import connect
from shared.bus.ending import end
from shared.database import Database
from shared.outbox import Relay
from tests.shared.exported import exported as exported
from tests.shared.exported import measured as measured
from tests.shared.exported import spans as spans
from tests.shared.listening import RESOURCE, Listener

APPLIED = """
    create table applied (
        position bigint generated always as identity primary key,
        event_id uuid not null, key text not null, amount_minor bigint not null,
        constraint ck_applied__amount_minor check (amount_minor <> 666),
        constraint uq_applied__event_id unique (event_id) deferrable initially deferred
    )
"""


PLUMBING = (
    "applied", "outbox_messages", "inbox_messages", "parked_events", "discarded_events", "replicas", "leases",
    "lane_breakers", "lane_changes", "published_streams", "refused_messages",
)  # fmt: skip


@pytest.fixture(scope="session")
async def plumbed(cluster, templates) -> Callable[[str], Awaitable[str]]:
    """`await plumbed(name)`: the URL of an empty database with the plumbing, made once for a run."""
    made: dict[str, tuple[str, str]] = {}

    async def empty(name: str) -> str:
        is_new = name not in made
        if is_new:
            made[name] = cluster.fresh_database("projects", template=await templates("projects"))
        owner_url, url = made[name]
        owner = await asyncpg.connect(owner_url)
        await owner.execute(APPLIED if is_new else "".join(f"delete from {table};" for table in PLUMBING))
        await owner.close()
        return url

    return empty


@pytest.fixture
async def listener(plumbed) -> AsyncIterator[Listener]:
    """A listener that holds its lanes 64 and 75 with epoch 1."""
    database = Database(url=await plumbed("listener"), service="ledger", pool_size=6)
    async with database.begin() as work:
        await work.execute(
            "insert into leases (resource, epoch) values (:lane, 1), ('lane:75', 1)", lane=RESOURCE
        )
    yield Listener(database)
    await database.close()


@pytest.fixture
async def outbox(plumbed) -> AsyncIterator[Database]:
    """A database with the outbox of pledges; the lease of its relay has epoch 1."""
    database = Database(url=await plumbed("outbox"), service="pledges", pool_size=4)
    async with database.begin() as work:
        await work.execute("insert into leases (resource, epoch) values ('relay', 1)")
    yield database
    await database.close()


@pytest.fixture
async def pledges_client(topology) -> AsyncIterator[Client]:
    """The connection of pledges to the broker."""
    client = await connect(topology.url_for("pledges"), service="pledges", name="tests")
    yield client
    await client.close()


@pytest.fixture
async def administrator(topology) -> AsyncIterator[JetStreamContext]:
    """Streams and consumers as their administrator sees them."""
    client = await connect(topology.topology_url, service="topology", name="tests")
    yield client.jetstream()
    await client.close()


@pytest.fixture
async def publisher(outbox, pledges_client) -> AsyncIterator[Database]:
    """The outbox of pledges, relayed while the test runs."""
    relay = Relay(database=outbox, client=pledges_client, personal=None)
    relay.gain(1)
    outbox.on_commit = relay.wake
    task = asyncio.create_task(relay.run())
    yield outbox
    await end(task)
