"""The relay: from the outbox to the streams, each lane in order and by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

import nats
import pytest
from nats.js.errors import NotFoundError

from deploy.local.broker import Broker
from deploy.local.temporary import temporary_home
from shared.bus import topology as streams
from shared.bus.connection import connect
from shared.database import Database
from shared.events.members import ContactRecorded, RoleGranted
from shared.outbox import Relay
from shared.outbox import relay as relay_module
from shared.outbox.messages import OutboxMessages
from shared.outbox.publish import publish_batch, publish_one
from shared.outbox.resending import send_again
from shared.testing import eventually
from tests.shared.listening import a_payment


@pytest.fixture
async def relay(outbox, pledges_client, administrator) -> AsyncIterator[Relay]:
    """A relay that is driven by hand, on streams that are empty."""
    for lane in ("64", "75", "13"):
        await administrator.purge_stream(f"T-{lane}")
    relay = Relay(database=outbox, client=pledges_client, personal=None)
    relay.gain(1)
    yield relay
    await relay.close()


async def publish(relay: Relay) -> int:
    """One round: a run of each lane, published and marked; returns how many messages were."""
    await relay.take()
    await relay.settle()
    return await relay.mark()


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
    assert await publish(relay) == 40
    assert await stored(administrator, "64") == ids[0::2]
    assert await stored(administrator, "75") == ids[1::2]


async def test_more_than_one_atomic_batch_goes_out_in_order(relay, outbox, administrator) -> None:
    """A lane has a thousand in each round."""
    ids = await record(outbox, *(a_payment() for _ in range(1300)))

    async def all_marked() -> bool:
        await publish(relay)
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
    await publish(relay)
    async with outbox.begin() as work:
        await work.execute("update outbox_messages set published_at = null where position % 2 = 0")
    ids += await record(outbox, a_payment())
    await publish(relay)
    assert await stored(administrator, "64") == ids
    assert await unpublished(outbox) == 0


async def test_a_full_stream_pauses_its_lane_alone(relay, outbox, administrator, monkeypatch) -> None:
    """The others flow; it goes on, in order, when there is room again."""
    monkeypatch.setattr("shared.outbox.sending.PAUSE_SECONDS", (0.05, 0.1))
    async with narrow(administrator, "64", max_msgs=3):
        ids = await record(outbox, *(a_payment() for _ in range(3)))
        await publish(relay)
        ids += await record(outbox, *(a_payment() for _ in range(2)))
        others = await record(outbox, *(a_payment(territory="75") for _ in range(2)))
        await publish(relay)
        assert await stored(administrator, "75") == others
        assert await stored(administrator, "64") == ids[:3]
        assert await unpublished(outbox) == 2
        await administrator.purge_stream("T-64")

        async def flows() -> bool:
            await publish(relay)
            return await stored(administrator, "64") == ids[3:]

        await eventually(flows)
    assert await unpublished(outbox) == 0


async def test_a_lane_that_nobody_answers_for_holds_up_no_other(
    relay, outbox, administrator, monkeypatch
) -> None:
    """While one waits for its acknowledgement the others are published round by round."""

    async def silent(client, messages) -> int:
        if ".64." in messages[0].subject:
            await asyncio.sleep(30)
        return await publish_batch(client, messages)

    monkeypatch.setattr("shared.outbox.sending.publish_batch", silent)
    running = asyncio.create_task(relay.run())
    await record(outbox, a_payment())
    for number in range(1, 4):
        await record(outbox, a_payment(territory="75"))
        relay.wake()

        async def flows(expected: int = number) -> bool:
            return len(await stored(administrator, "75")) == expected

        await eventually(flows, seconds=2)
    running.cancel()
    await asyncio.wait([running])


async def test_a_long_queue_in_one_lane_does_not_delay_another(relay, outbox, administrator) -> None:
    """Every lane has its turn in each round."""
    await record(outbox, *(a_payment() for _ in range(2500)))
    await record(outbox, a_payment(territory="75"))
    await publish(relay)
    assert len(await stored(administrator, "75")) == 1
    assert await unpublished(outbox) > 0


async def test_of_two_relays_the_one_without_the_epoch_marks_nothing(relay, outbox, administrator) -> None:
    """What it stored is stored again by its successor, and dropped as a duplicate."""
    ids = await record(outbox, *(a_payment() for _ in range(3)))
    async with outbox.begin() as work:
        await work.execute("update leases set epoch = 2 where resource = 'relay'")
    assert await publish(relay) == 0
    assert await unpublished(outbox) == 3
    relay.gain(2)
    assert await publish(relay) == 3
    assert await stored(administrator, "64") == ids


async def test_the_outbox_waits_while_the_broker_is_down(outbox, monkeypatch) -> None:
    """Writes go on; all of it flows when the broker is back, each event once."""
    monkeypatch.setattr("shared.outbox.sending.PAUSE_SECONDS", (0.1, 0.3))
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


async def test_a_message_that_no_broker_takes_is_set_aside(relay, outbox, administrator) -> None:
    """Its lane goes on without it; it is kept with the reason, and tried again when somebody resends."""
    ids = await record(outbox, *(a_payment() for _ in range(3)))
    async with outbox.begin() as work:
        await work.execute(
            "update outbox_messages set payload = repeat('x', 1100000) where event_id = cast(:id as uuid)",
            id=ids[1],
        )
    await publish(relay)
    assert await stored(administrator, "64") == [ids[0], ids[2]]
    assert await unpublished(outbox) == 0
    async with outbox.begin() as work:
        assert "the broker takes" in (await work.execute("select reason from refused_messages")).scalar_one()
        await work.execute("update refused_messages set payload = '{}'")
        assert (await send_again(work, since=datetime.now(UTC), lanes=["64"])).refused == 1
    await publish(relay)
    assert await stored(administrator, "64") == [ids[0], ids[2], ids[1]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Until this is set, the broker keeps every publisher waiting."""
    answers = asyncio.Event()

    def held_up(publish):
        async def wait_and_publish(client, what) -> int:
            await answers.wait()
            return await publish(client, what)

        return wait_and_publish

    monkeypatch.setattr("shared.outbox.publish.publish_one", held_up(publish_one))
    monkeypatch.setattr("shared.outbox.sending.publish_batch", held_up(publish_batch))
    return answers


async def test_an_older_message_that_is_committed_late_is_not_passed_over(
    relay, outbox, administrator, answers
) -> None:
    """The next run is read while one is published, after what is in hand; what was committed before it shows that."""
    async with outbox.begin() as slow:
        await slow.execute("select 1 from leases for update")  # an operation locks what it is about
        late = str(slow.record(a_payment()))
        await slow.flush()
        first = (await record(outbox, a_payment()))[0]
        assert await relay.take() == 1
    last = (await record(outbox, a_payment()))[0]
    assert await relay.take() == 0
    answers.set()
    await relay.settle()
    await relay.mark()
    await publish(relay)
    assert await stored(administrator, "64") == [first, late, last]


async def test_the_next_run_is_read_while_one_is_published(
    relay, outbox, administrator, answers, monkeypatch
) -> None:
    """So the broker never waits for the database; no more than two runs of a lane are in hand."""
    monkeypatch.setattr("shared.outbox.messages.READ_OF_A_LANE", 2)
    monkeypatch.setattr("shared.outbox.messages.FEW_OF_A_LANE", 1)
    ids = await record(outbox, *(a_payment() for _ in range(7)))
    assert [await relay.take() for _ in range(3)] == [2, 2, 0]
    answers.set()
    await relay.settle()
    assert await relay.mark() == 4
    assert await stored(administrator, "64") == ids[:4]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three messages of a lane are a queue, and two of it are read at once."""
    monkeypatch.setattr("shared.outbox.messages.FEW_OF_A_LANE", 2)
    monkeypatch.setattr("shared.outbox.messages.READ_OF_A_LANE", 2)


@pytest.mark.usefixtures("small_batches")
async def test_lanes_with_a_queue_take_turns(outbox) -> None:
    """A whole batch of one, then of the next: many small batches would cost the broker several times as much."""
    await record(outbox, *(a_payment(territory=code) for code in ("13", "64", "75") for _ in range(4)))
    messages = OutboxMessages(database=outbox)
    read = [await messages.read(open=["13", "64", "75"], held={}, long_lanes=1) for _ in range(4)]
    assert [list(found) for found in read] == [["13"], ["64"], ["75"], ["13"]]
    assert {len(some) for found in read for some in found.values()} == {2}
    await messages.close()


@pytest.mark.usefixtures("small_batches")
async def test_a_lane_without_a_queue_waits_for_no_turn(outbox) -> None:
    """A lone event goes out in the next round, however many lanes have queues."""
    await record(outbox, *(a_payment(territory=code) for code in ("13", "64") for _ in range(4)))
    await record(outbox, a_payment(territory="75"))
    messages = OutboxMessages(database=outbox)
    assert list(await messages.read(open=["13", "64", "75"], held={}, long_lanes=1)) == ["75", "13"]
    await messages.close()


async def test_a_stream_that_was_made_after_the_first_look_is_found_soon(
    relay, outbox, administrator, monkeypatch
) -> None:
    """Services start while their streams are being made: the first letter must not wait for a minute."""
    monkeypatch.setattr("shared.outbox.relay.LOOK_AGAIN_SECONDS", 0.0)
    listed = relay_module.list_streams

    async def without_64(client) -> dict:
        return {name: one for name, one in (await listed(client)).items() if name != "T-64"}

    monkeypatch.setattr(relay_module, "list_streams", without_64)
    ids = await record(outbox, a_payment())
    assert await relay.take() == 0
    monkeypatch.setattr(relay_module, "list_streams", listed)
    assert await publish(relay) == 1
    assert await stored(administrator, "64") == ids


async def test_no_more_is_read_than_may_be_in_hand(relay, outbox, answers, monkeypatch) -> None:
    """While the broker does not answer, the queues stay where they are; lanes without one go on."""
    monkeypatch.setattr("shared.outbox.messages.FEW_OF_A_LANE", 1)
    monkeypatch.setattr("shared.outbox.messages.READ_OF_A_LANE", 2)
    monkeypatch.setattr("shared.outbox.relay.READ_OF_A_LANE", 2)
    monkeypatch.setattr("shared.outbox.relay.IN_HAND", 4)
    await record(outbox, *(a_payment(territory=code) for code in ("13", "64", "75") for _ in range(4)))
    assert [await relay.take() for _ in range(2)] == [4, 0]
    await record(outbox, a_payment(territory="33"))
    assert await relay.take() == 1
    answers.set()
    await relay.settle()


async def test_polls_are_rare_until_another_process_records(
    relay, outbox, administrator, monkeypatch
) -> None:
    """At rest they cost next to nothing; once another's event was found, its next ones are found sooner."""
    monkeypatch.setattr("shared.outbox.relay.IDLE_POLL_SECONDS", 0.5)
    monkeypatch.setattr("shared.outbox.relay.POLL_SECONDS", 0.02)
    rounds = 0
    take = relay.take

    async def counted() -> int:
        nonlocal rounds
        rounds += 1
        return await take()

    monkeypatch.setattr(relay, "take", counted)
    running = asyncio.create_task(relay.run())
    await asyncio.sleep(1.2)
    assert rounds <= 4
    ids = await record(outbox, a_payment())  # nobody wakes the relay: as if in another process

    async def flows() -> bool:
        return await stored(administrator, "64") == ids

    await eventually(flows)
    rounds = 0
    await asyncio.sleep(1)
    assert rounds > 5
    running.cancel()
    await asyncio.wait([running])


async def test_what_is_personal_goes_out_in_its_own_account(plumbed, topology) -> None:
    """One after the other, the newest of a person replacing the older; other lanes are published beside it."""
    members = Database(url=await plumbed("members-outbox"), service="members", pool_size=4)
    client = await connect(topology.url_for("members"), service="members", name="tests")
    personal = await connect(topology.personal_url_for("members"), service="members", name="tests")
    admin = await connect(topology.topology_personal_url, service="topology", name="tests")
    await admin.jetstream().purge_stream("PERSONAL")
    person = uuid4()
    async with members.begin() as work:
        await work.execute("insert into leases (resource, epoch) values ('relay', 1)")
        for sealed in ("b2xk", "bmV3"):
            work.record(ContactRecorded(territory="64", person_id=person, sealed=sealed))
        work.record(RoleGranted(territory="64", grant_id=uuid4(), person_id=person, role="steward"))
    relay = Relay(database=members, client=client, personal=personal)
    relay.gain(1)
    assert await publish(relay) == 3
    state = (await admin.jetstream().stream_info("PERSONAL")).state
    assert (state.messages, state.last_seq - state.first_seq) == (1, 0)
    await relay.close()
    await members.close()
    for connection in (client, personal, admin):
        await connection.close()
