"""A broker that lost its storage under load: its streams come back, and every event is applied once, in order."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest

from deploy.local.broker import Broker
from shared.bus import keeper
from shared.bus.connection import connect
from shared.bus.ending import end
from shared.bus.topology import lane_streams
from shared.outbox import Relay
from shared.testing import eventually
from tests.shared.bus.serving import TERRITORIES, amounts, has_applied, record
from tests.shared.listening import a_payment

STREAMS = [one for one in lane_streams(replicas=1, store_bytes=2**30) if one.name in ("T-64", "T-75")]


@pytest.fixture
async def lossy(own_broker: Broker, outbox, homes, monkeypatch) -> AsyncIterator[Broker]:
    """A broker that a relay of pledges publishes to, and that a keeper keeps; what it stores may be thrown away."""
    monkeypatch.setattr("shared.outbox.publish.ACK_SECONDS", 1.0)
    client = await connect(own_broker.url_for("pledges"), service="pledges", name="tests")
    admin = await connect(own_broker.topology_url, service="topology", name="tests")
    relay = Relay(database=outbox, client=client, personal=None)
    relay.gain(1)
    outbox.on_commit = relay.wake

    async def keep() -> None:
        while True:
            try:
                await keeper.keep(admin, wanted=STREAMS)
            except Exception:  # as the keeper itself: whatever it is, it is tried again
                await asyncio.sleep(0.2)
            await asyncio.sleep(0.2)

    running = [asyncio.create_task(relay.run()), asyncio.create_task(keep())]
    yield own_broker
    await end(*running)
    await client.close()
    await admin.close()


async def lose_storage(broker: Broker, homes) -> None:
    """End the server as a crash does, delete its folder, start it again."""
    await asyncio.to_thread(broker.throw_away)
    shutil.rmtree(homes[0] / "own-broker" / "nats")
    await asyncio.to_thread(broker.start)


async def test_events_that_nobody_had_read_are_published_again_before_newer_ones(
    lossy, listener, lanes_of, outbox, homes
) -> None:
    """Without anybody's doing: streams and consumers come back, the relay refills them, the lanes go on."""

    async def slowly(work, heard) -> None:
        await asyncio.sleep(0.003)  # so that many are unread when the storage goes

    listener.obstacles.append(slowly)
    await lanes_of(listener, broker=lossy)
    for start in range(1, 301, 30):
        if start == 151:
            await lose_storage(lossy, homes)
        await record(
            outbox,
            *(a_payment(amount_minor=n, territory=TERRITORIES[n % 2]) for n in range(start, start + 30)),
        )
        await asyncio.sleep(0.05)
    await eventually(has_applied(listener, 300), seconds=60)
    found = await amounts(listener)
    assert [one for one in found if one % 2] == list(range(1, 301, 2))
    assert [one for one in found if not one % 2] == list(range(2, 301, 2))
    assert await listener.parked() == []


async def test_a_lane_where_nothing_new_happens_is_refilled_too(
    lossy, listener, lanes_of, outbox, homes
) -> None:
    """The relay looks at all streams when it has a connection again, not only at those that it publishes to."""
    await record(outbox, *(a_payment(amount_minor=n) for n in range(1, 6)))

    async def all_published() -> bool:
        async with outbox.begin() as work:
            left = await work.execute("select count(*) from outbox_messages where published_at is null")
            return left.scalar() == 0

    await eventually(all_published)
    await lose_storage(lossy, homes)
    await lanes_of(listener, broker=lossy)
    await eventually(has_applied(listener, 5), seconds=30)
    assert await amounts(listener) == [1, 2, 3, 4, 5]
