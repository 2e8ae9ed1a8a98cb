"""The keeper makes room in streams that fill, and never purges what one service has not read."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from nats.js import JetStreamContext

from shared.bus.connection import connect
from shared.bus.ending import end
from shared.bus.keeper import keep, make_room
from shared.bus.streams import list_streams
from shared.bus.topology import durables, lane_streams, listeners
from shared.testing import eventually
from tests.shared.listening import a_payment

STREAM = "T-43"


@asynccontextmanager
async def consumers(administrator, *, without: str = ""):
    """Fresh consumers of the lane, all but one."""
    for durable in durables(STREAM):
        await administrator.delete_consumer(STREAM, durable.durable_name)
        if durable.durable_name != without:
            await administrator.add_consumer(STREAM, durable)
    yield
    for durable in durables(STREAM):
        await administrator.add_consumer(STREAM, durable)


@pytest.fixture
async def client(topology):
    """The connection of the keeper."""
    client = await connect(topology.topology_url, service="topology", name="tests")
    yield client
    await client.close()


async def room_made(client) -> list[str]:
    return await make_room(client.jetstream(), await list_streams(client))


@pytest.fixture
async def full(administrator, pledges_client):
    """A stream of 100 payments that is past 80 %."""
    config = (await administrator.stream_info(STREAM)).config
    await administrator.purge_stream(STREAM)
    payment = a_payment(territory="43")
    for _ in range(100):
        await pledges_client.jetstream().publish(payment.subject, payment.model_dump_json().encode())
    state = (await administrator.stream_info(STREAM)).state
    await administrator.update_stream(config.evolve(max_bytes=int(state.bytes / 0.9)))
    yield state
    await administrator.purge_stream(STREAM)
    await administrator.update_stream(config)


async def read(administrator: JetStreamContext, service: str, count: int) -> None:
    subscription = await administrator.pull_subscribe_bind(service, STREAM)
    for message in await subscription.fetch(count, timeout=5):
        await message.ack_sync()
    await subscription.unsubscribe()


async def left(administrator) -> int:
    return (await administrator.stream_info(STREAM)).state.messages


async def test_a_full_stream_is_purged_up_to_what_all_have_read(full, administrator, client) -> None:
    """Not further than the slowest; who hears nothing of it holds up nobody."""
    async with consumers(administrator):
        await read(administrator, "ledger", 100)
        await read(administrator, "notifications", 60)
        assert await room_made(client) == [STREAM]
        assert await left(administrator) == 40


async def test_what_one_service_has_not_read_is_never_purged(full, administrator, client) -> None:
    """The stream stays full, and its publishers wait."""
    async with consumers(administrator):
        await read(administrator, "ledger", 100)
        assert await room_made(client) == []
        assert await left(administrator) == 100


async def test_a_consumer_that_is_missing_has_read_nothing(full, administrator, client) -> None:
    """Deleted by accident, it will be made again and wants all of it."""
    async with consumers(administrator, without="notifications"):
        await read(administrator, "ledger", 100)
        assert await room_made(client) == []
        assert await left(administrator) == 100


async def test_a_stream_with_room_is_left_alone(client) -> None:
    """What was read stays for replay as long as there is room."""
    assert await room_made(client) == []


async def test_a_deleted_consumer_is_made_again_and_gets_everything(client, administrator) -> None:
    """From the beginning of its stream: the inbox of its service drops what it has heard."""
    streams = lane_streams(replicas=1, store_bytes=2 * 1024**3)
    await administrator.purge_stream(STREAM)
    payment = a_payment(territory="43")
    await client.jetstream().publish(payment.subject, payment.model_dump_json().encode())
    await administrator.delete_consumer(STREAM, "ledger")
    await keep(client, wanted=streams)
    assert (await administrator.consumer_info(STREAM, "ledger")).num_pending == 1


async def test_a_deleted_stream_is_made_again_with_its_consumers(client, administrator) -> None:
    """And nothing else is touched: another's limits stay as somebody has set them."""
    streams = lane_streams(replicas=1, store_bytes=2 * 1024**3)
    other = (await administrator.stream_info("T-64")).config
    await administrator.update_stream(other.evolve(max_msgs=77))
    await administrator.delete_stream(STREAM)
    await keep(client, wanted=streams)
    made = {consumer.name for consumer in await administrator.consumers_info(STREAM)}
    assert made == set(listeners(STREAM))
    assert (await administrator.stream_info("T-64")).config.max_msgs == 77
    await administrator.update_stream(other)


async def test_a_stream_with_everything_in_place_costs_one_question(client, monkeypatch) -> None:
    """No consumer is asked for: the keeper looks every two seconds."""
    asked = []
    request = client.request

    async def counted(subject: str, *given, **options):
        asked.append(subject)
        return await request(subject, *given, **options)

    monkeypatch.setattr(client, "request", counted)
    await keep(client, wanted=lane_streams(replicas=1, store_bytes=2 * 1024**3))
    assert asked == ["$JS.API.STREAM.LIST"]


async def test_a_lane_whose_stream_is_full_flows_again_by_itself(
    publisher, administrator, client, monkeypatch
) -> None:
    """Four times what fits passes through, at the pace of the slowest reader; nothing is restarted, nothing lost."""
    monkeypatch.setattr("shared.outbox.sending.PAUSE_SECONDS", (0.05, 0.2))
    monkeypatch.setattr("shared.outbox.messages.READ_OF_A_LANE", 20)
    monkeypatch.setattr("shared.outbox.messages.FEW_OF_A_LANE", 20)
    config = (await administrator.stream_info(STREAM)).config
    await administrator.purge_stream(STREAM)
    read_by: dict[str, int] = {"ledger": 0, "notifications": 0}

    async def listen(service: str, at_once: int) -> None:
        subscription = await administrator.pull_subscribe_bind(service, STREAM)
        while True:
            with suppress(TimeoutError):
                for message in await subscription.fetch(at_once, timeout=0.2):
                    await message.ack_sync()
                    read_by[service] += 1

    async def make_room_for_ever() -> None:
        while True:
            await room_made(client)
            await asyncio.sleep(0.1)

    async with consumers(administrator):
        await administrator.update_stream(config.evolve(max_bytes=100_000))  # some hundred payments
        tasks = [listen("ledger", 50), listen("notifications", 10), make_room_for_ever()]
        running = [asyncio.create_task(task) for task in tasks]
        async with publisher.begin() as work:
            for _ in range(400):
                work.record(a_payment(territory="43"))

        async def has_flowed() -> bool:
            return read_by == {"ledger": 400, "notifications": 400}

        await eventually(has_flowed, seconds=30)
        await end(*running)
    await administrator.purge_stream(STREAM)
    await administrator.update_stream(config)
