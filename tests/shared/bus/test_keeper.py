"""The keeper makes room in streams that fill, and never purges what one service has not read."""

from contextlib import asynccontextmanager

import pytest

from shared.bus.keeper import keep
from shared.bus.topology import consumer, listeners
from shared.events.hearing import heard_on_lanes
from tests.shared.listening import a_payment

STREAM = "T-43"


@asynccontextmanager
async def consumers(administrator, *, without: str = ""):
    """Fresh consumers of the lane, all but one."""
    for service in listeners(STREAM):
        await administrator.delete_consumer(STREAM, service)
        if service != without:
            await add(administrator, service)
    yield
    for service in listeners(STREAM):
        await add(administrator, service)


async def add(administrator, service: str) -> None:
    await administrator.add_consumer(
        STREAM, consumer(service, [contract.subject_filter("43") for contract in heard_on_lanes(service)])
    )


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


async def read(administrator, service: str, count: int) -> None:
    subscription = await administrator.pull_subscribe_bind(service, STREAM)
    for message in await subscription.fetch(count, timeout=5):
        await message.ack_sync()
    await subscription.unsubscribe()


async def left(administrator) -> int:
    return (await administrator.stream_info(STREAM)).state.messages


async def test_a_full_stream_is_purged_up_to_what_all_have_read(full, administrator) -> None:
    """Not further than the slowest; who hears nothing of it holds up nobody."""
    async with consumers(administrator):
        await read(administrator, "ledger", 100)
        await read(administrator, "notifications", 60)
        assert await keep(administrator) == [STREAM]
        assert await left(administrator) == 40


async def test_what_one_service_has_not_read_is_never_purged(full, administrator) -> None:
    """The stream stays full, and its publishers wait."""
    async with consumers(administrator):
        await read(administrator, "ledger", 100)
        assert await keep(administrator) == []
        assert await left(administrator) == 100


async def test_a_consumer_that_is_missing_has_read_nothing(full, administrator) -> None:
    """Deleted by accident, it will be made again and wants all of it."""
    async with consumers(administrator, without="notifications"):
        await read(administrator, "ledger", 100)
        assert await keep(administrator) == []
        assert await left(administrator) == 100


async def test_a_stream_with_room_is_left_alone(administrator, pledges_client) -> None:
    """What was read stays for replay as long as there is room."""
    assert await keep(administrator) == []
