"""The relay: from the outbox to the streams, each lane in order and by itself."""

import asyncio
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import nats
import pytest
from nats.js.errors import NotFoundError

from deploy.local.broker import Broker
from deploy.local.temporary import temporary_home
from shared.bus import topology as streams
from shared.bus.connection import connect
from shared.outbox import Relay
from shared.outbox.publish import publish_run
from shared.testing import eventually
from tests.shared.listening import a_payment


@pytest.fixture
async def relay(outbox, pledges_client, administrator, monkeypatch) -> Relay:
    """A relay that is driven by hand, on streams that are empty; its rounds wait for all their lanes."""
    monkeypatch.setattr("shared.outbox.relay.ROUND_SECONDS", 10)
    for lane in ("64", "75", "13"):
        await administrator.purge_stream(f"T-{lane}")
    relay = Relay(database=outbox, client=pledges_client, personal=None)
    relay.gain(1)
    return relay


async def record(outbox, *events) -> list[str]:
    async with outbox.begin() as work:
        return [str(work.record(event)) for event in events]


async def stored(administrator, lane: str) -> list[str]:
    """The ids of a stream's messages, in order."""
    state = (await administrator.stream_info(f"T-{lane}")).state
    found = []
    for sequence in range(state.first_seq, state.last_seq + 1):
        with suppress(NotFoundError):
            found.append((await administrator.get_msg(f"T-{lane}", sequence)).headers["ce-id"])
    return found


async def unpublished(outbox) -> int:
    async with outbox.begin() as work:
        return (
            await work.execute("select count(*) from outbox_messages where published_at is null")
        ).scalar()


@asynccontextmanager
async def narrow(administrator, lane: str, **limits):
    """A lane's stream with other limits for a while."""
    config = (await administrator.stream_info(f"T-{lane}")).config
    before = {name: getattr(config, name) for name in limits}
    await administrator.update_stream(config.evolve(**limits))
    yield
    await administrator.purge_stream(f"T-{lane}")
    await administrator.update_stream(config.evolve(**before))


async def test_a_lane_keeps_the_order_of_its_outbox(relay, outbox, administrator) -> None:
    """Lanes are apart."""
    ids = await record(outbox, *(a_payment(territory=("64", "75")[number % 2]) for number in range(40)))
    assert await relay.publish_pending() == 40
    assert await stored(administrator, "64") == ids[0::2]
    assert await stored(administrator, "75") == ids[1::2]


async def test_more_than_one_atomic_batch_goes_out_in_order(relay, outbox, administrator) -> None:
    """A lane has a thousand in each round."""
    ids = await record(outbox, *(a_payment() for _ in range(1300)))

    async def all_marked() -> bool:
        await relay.publish_pending()
        return await unpublished(outbox) == 0

    await eventually(all_marked)
    state = (await administrator.stream_info("T-64")).state
    assert state.messages == 1300
    first = await administrator.get_msg("T-64", state.first_seq)
    last = await administrator.get_msg("T-64", state.last_seq)
    assert (first.headers["ce-id"], last.headers["ce-id"]) == (ids[0], ids[-1])


async def test_what_was_stored_but_not_marked_is_not_stored_twice(relay, outbox, administrator) -> None:
    """A relay that died between storing and marking: one duplicate refuses the batch, then each goes alone."""
    ids = await record(outbox, *(a_payment() for _ in range(6)))
    await relay.publish_pending()
    async with outbox.begin() as work:
        await work.execute("update outbox_messages set published_at = null where position % 2 = 0")
    ids += await record(outbox, a_payment())
    await relay.publish_pending()
    assert await stored(administrator, "64") == ids
    assert await unpublished(outbox) == 0


async def test_a_full_stream_pauses_its_lane_alone(relay, outbox, administrator, monkeypatch) -> None:
    """The others flow; it goes on, in order, when there is room again."""
    monkeypatch.setattr("shared.outbox.relay.LANE_PAUSE_SECONDS", (0.05, 0.1))
    async with narrow(administrator, "64", max_msgs=3):
        ids = await record(outbox, *(a_payment() for _ in range(3)))
        await relay.publish_pending()
        ids += await record(outbox, *(a_payment() for _ in range(2)))
        others = await record(outbox, *(a_payment(territory="75") for _ in range(2)))
        await relay.publish_pending()
        assert await stored(administrator, "75") == others
        assert await stored(administrator, "64") == ids[:3]
        assert await unpublished(outbox) == 2
        await administrator.purge_stream("T-64")

        async def flows() -> bool:
            await relay.publish_pending()
            return await stored(administrator, "64") == ids[3:]

        await eventually(flows)
    assert await unpublished(outbox) == 0


async def test_a_lane_that_nobody_answers_for_holds_up_no_other(
    relay, outbox, administrator, monkeypatch
) -> None:
    """While one waits for its acknowledgement the others are published round by round."""

    async def silent(client, messages) -> None:
        if ".64." in messages[0].subject:
            await asyncio.sleep(30)
        else:
            await publish_run(client, messages)

    monkeypatch.setattr("shared.outbox.relay.publish_run", silent)
    monkeypatch.setattr("shared.outbox.relay.ROUND_SECONDS", 0.02)
    await record(outbox, a_payment())
    for number in range(1, 4):
        await record(outbox, a_payment(territory="75"))

        async def flows(expected: int = number) -> bool:
            await relay.publish_pending()
            return len(await stored(administrator, "75")) == expected

        await eventually(flows, seconds=2)


async def test_a_long_queue_in_one_lane_does_not_delay_another(relay, outbox, administrator) -> None:
    """Every lane has its turn in each round."""
    await record(outbox, *(a_payment() for _ in range(2500)))
    await record(outbox, a_payment(territory="75"))
    await relay.publish_pending()
    assert len(await stored(administrator, "75")) == 1
    assert await unpublished(outbox) > 0


async def test_of_two_relays_the_one_without_the_epoch_marks_nothing(relay, outbox, administrator) -> None:
    """What it stored is stored again by its successor, and dropped as a duplicate."""
    ids = await record(outbox, *(a_payment() for _ in range(3)))
    async with outbox.begin() as work:
        await work.execute("update leases set epoch = 2 where resource = 'relay'")
    assert await relay.publish_pending() == 0
    assert await unpublished(outbox) == 3
    relay.gain(2)
    assert await relay.publish_pending() == 3
    assert await stored(administrator, "64") == ids


async def test_the_outbox_waits_while_the_broker_is_down(outbox, monkeypatch) -> None:
    """Writes go on; all of it flows when the broker is back, each event once."""
    monkeypatch.setattr("shared.outbox.relay.LANE_PAUSE_SECONDS", (0.1, 0.3))
    monkeypatch.setattr("shared.outbox.publish.ACK_SECONDS", 0.5)
    with temporary_home() as homes, Broker(*homes) as own:
        admin = await nats.connect(own.topology_url)
        config = streams.lane_streams(replicas=1, store_bytes=2**30)
        await admin.jetstream().add_stream(next(one for one in config if one.name == "T-64"))
        client = await connect(own.url_for("pledges"), service="pledges", name="tests")
        relay = Relay(database=outbox, client=client, personal=None)
        relay.gain(1)
        running = asyncio.create_task(relay.run())
        own.stop()
        await record(outbox, *(a_payment(uuid4()) for _ in range(5)))
        await asyncio.sleep(1)
        assert await unpublished(outbox) == 5
        own.start()

        async def flowed() -> bool:
            return await unpublished(outbox) == 0

        await eventually(flowed)

        async def is_back() -> bool:
            return admin.is_connected

        await eventually(is_back)
        assert (await admin.jetstream().stream_info("T-64")).state.messages == 5
        running.cancel()
        await asyncio.wait([running])
        await client.close()
        await admin.close()
