"""What each service has not read yet of each territory, as the keeper tells it."""

import pytest

from shared.bus.backlog import Backlog
from shared.bus.connection import connect
from shared.bus.streams import look_at_streams
from shared.bus.topology import durables
from tests.shared.listening import a_payment

TERRITORY, STREAM = "43", "T-43"


@pytest.fixture
async def client(topology):
    """The connection of the keeper."""
    client = await connect(topology.topology_url, service="topology", name="tests")
    yield client
    await client.close()


@pytest.fixture
async def two_payments(administrator, pledges_client):
    """A stream that holds two payments, which nobody has read."""
    await administrator.purge_stream(STREAM)
    for durable in durables(STREAM):
        await administrator.delete_consumer(STREAM, durable.durable_name)
        await administrator.add_consumer(STREAM, durable)
    payment = a_payment(territory=TERRITORY)
    for _ in range(2):
        await pledges_client.jetstream().publish(payment.subject, payment.model_dump_json().encode())
    yield
    await administrator.purge_stream(STREAM)


async def look(backlog: Backlog, client, monkeypatch) -> list[str]:
    """Have it look at once; returns the streams whose consumers it asked for."""
    monkeypatch.setattr("shared.bus.backlog.LOOK_SECONDS", 0.0)
    asked: list[str] = []
    request = client.request

    async def counted(subject: str, *given, **options):
        asked.append(subject.rpartition(".")[2])
        return await request(subject, *given, **options)

    streams, _ = await look_at_streams(client)
    monkeypatch.setattr(client, "request", counted)
    await backlog.look({client: streams})
    monkeypatch.setattr(client, "request", request)
    return asked


async def test_each_reader_has_what_it_has_not_acknowledged(
    two_payments, client, administrator, measured, monkeypatch
) -> None:
    """By territory and service, until it has read them."""
    backlog = Backlog()
    await look(backlog, client, monkeypatch)
    subscription = await administrator.pull_subscribe_bind("ledger", STREAM)
    first, second = await subscription.fetch(2, timeout=5)
    await second.ack_sync()
    await subscription.unsubscribe()
    await look(backlog, client, monkeypatch)
    pending = {
        point.attributes["reader"]: point.value
        for point in measured("milliard.bus.pending")
        if point.attributes["territory"] == TERRITORY
    }
    assert (pending["ledger"], pending["notifications"]) == (0, 2)


async def test_streams_at_rest_are_not_asked_about_again(two_payments, client, monkeypatch) -> None:
    """A hundred territories of which few are at work cost what those few cost."""
    backlog = Backlog()
    first = await look(backlog, client, monkeypatch)
    assert STREAM in first
    assert await look(backlog, client, monkeypatch) == [STREAM]
