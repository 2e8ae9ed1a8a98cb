"""The broker's accounts and permissions, tried against the running server."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, StorageType

from deploy.local.broker import SERVICES, Broker


class Connections:
    """Connections of one test, each with what the server denied to it."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def open(self, url: str, *, inbox: str = "_INBOX") -> tuple[Client, list[str]]:
        denied: list[str] = []

        async def hear(error: Exception) -> None:
            denied.append(str(error))

        client = await nats.connect(url, inbox_prefix=inbox.encode(), error_cb=hear, max_reconnect_attempts=1)
        self._stack.push_async_callback(client.close)
        return client, denied


@pytest.fixture
async def connections() -> AsyncIterator[Connections]:
    """Connections that are closed after the test."""
    async with AsyncExitStack() as stack:
        yield Connections(stack)


@pytest.fixture
async def lane(broker: Broker, connections: Connections) -> AsyncIterator[str]:
    """A stream of a territory that does not exist, with the consumers of ledger and pledges."""
    admin, _ = await connections.open(broker.topology_url)
    jetstream = admin.jetstream()
    await jetstream.add_stream(
        name="T-XX", subjects=["milliard.xx.>"], storage=StorageType.FILE, max_bytes=1 << 20
    )
    for service in ("ledger", "pledges"):
        await jetstream.add_consumer(
            "T-XX", ConsumerConfig(durable_name=service, ack_policy=AckPolicy.EXPLICIT)
        )
    yield "T-XX"
    await jetstream.delete_stream("T-XX")


async def _is_denied(
    client: Client, denied: list[str], subject: str, headers: dict[str, str] | None = None
) -> bool:
    denied.clear()
    await client.publish(subject, b"x", headers=headers)
    await client.flush()
    await asyncio.sleep(0.05)
    return any("permissions violation" in error.lower() for error in denied)


async def test_a_service_says_its_own_events(broker: Broker, connections: Connections, lane: str) -> None:
    """A service publishes its own events and is told that they are stored."""
    pledges, _ = await connections.open(broker.url_for("pledges"), inbox="_INBOX_pledges")
    stored = await pledges.jetstream().publish("milliard.xx.pledges.internal.payment_received.v1", b"{}")
    assert (stored.stream, stored.seq) == (lane, 1)


async def test_a_service_hears_its_own_consumer(broker: Broker, connections: Connections, lane: str) -> None:
    """A service pulls and acknowledges with the durable that has its name."""
    pledges, _ = await connections.open(broker.url_for("pledges"), inbox="_INBOX_pledges")
    await pledges.jetstream().publish("milliard.xx.pledges.internal.payment_received.v1", b"{}")
    ledger, denied = await connections.open(broker.url_for("ledger"), inbox="_INBOX_ledger")
    consumer = await ledger.jetstream().pull_subscribe_bind(durable="ledger", stream=lane)
    (message,) = await consumer.fetch(1, timeout=2)
    await message.ack_sync()
    assert (await consumer.consumer_info()).num_ack_pending == 0
    assert denied == []


@pytest.mark.parametrize(
    "subject",
    [
        "milliard.xx.pledges.internal.payment_received.v1",
        "$JS.API.CONSUMER.MSG.NEXT.T-XX.pledges",
        "$JS.API.CONSUMER.CREATE.T-XX",
        "$JS.API.CONSUMER.DELETE.T-XX.ledger",
        "$JS.API.STREAM.PURGE.T-XX",
        "$JS.API.STREAM.DELETE.T-XX",
        "$JS.API.STREAM.MSG.GET.T-XX",
        "$JS.ACK.T-XX.pledges.1.1.1.1.1",
        "personal.xx.members.contact.1",
        "_INBOX_pledges.x",
    ],
)
async def test_the_ledger_does_nothing_in_anothers_name(
    broker: Broker, connections: Connections, subject: str
) -> None:
    """The ledger's user says, pulls, acknowledges and administers nothing that is not its own."""
    ledger, denied = await connections.open(broker.url_for("ledger"), inbox="_INBOX_ledger")
    assert await _is_denied(ledger, denied, subject)


@pytest.mark.parametrize("subject", ["milliard.>", "_INBOX.>", "_INBOX_pledges.>", "$JS.EVENT.>", ">"])
async def test_the_ledger_listens_to_its_own_inbox_only(
    broker: Broker, connections: Connections, subject: str
) -> None:
    """Events come through consumers only; nobody else's answers can be read."""
    ledger, denied = await connections.open(broker.url_for("ledger"), inbox="_INBOX_ledger")
    await ledger.subscribe(subject)
    await ledger.flush()
    await asyncio.sleep(0.05)
    assert any("permissions violation" in error.lower() for error in denied)


@pytest.fixture
async def personal_stream(broker: Broker, connections: Connections) -> AsyncIterator[Any]:
    """The stream of contact details, with the consumer of notifications; its own, so that tests may look."""
    admin, _ = await connections.open(broker.topology_personal_url)
    jetstream = admin.jetstream()
    await jetstream.add_stream(name="PERSONAL", subjects=["personal.*.members.>"], max_bytes=1 << 20)
    await jetstream.add_consumer(
        "PERSONAL", ConsumerConfig(durable_name="notifications", ack_policy=AckPolicy.EXPLICIT)
    )
    yield jetstream
    await jetstream.delete_stream("PERSONAL")


async def test_contacts_go_from_members_to_notifications(
    broker: Broker, connections: Connections, personal_stream: Any
) -> None:
    """members says a contact, notifications hears it."""
    members, _ = await connections.open(broker.personal_url_for("members"), inbox="_INBOX_members")
    await members.jetstream().publish("personal.xx.members.contact.1", b"sealed")
    notifications, denied = await connections.open(
        broker.personal_url_for("notifications"), inbox="_INBOX_notifications"
    )
    consumer = await notifications.jetstream().pull_subscribe_bind(durable="notifications", stream="PERSONAL")
    (message,) = await consumer.fetch(1, timeout=2)
    await message.ack_sync()
    assert (message.data, denied) == (b"sealed", [])


async def test_notifications_asks_members_for_a_key(broker: Broker, connections: Connections) -> None:
    """A request for a key is answered by members, although it may not publish to others' inboxes."""
    members, members_denied = await connections.open(
        broker.personal_url_for("members"), inbox="_INBOX_members"
    )

    async def answer(message: Any) -> None:
        await message.respond(b"a key")

    await members.subscribe("personal.keys.request", cb=answer)
    await members.flush()
    notifications, _ = await connections.open(
        broker.personal_url_for("notifications"), inbox="_INBOX_notifications"
    )
    assert (await notifications.request("personal.keys.request", b"1", timeout=2)).data == b"a key"
    assert await _is_denied(members, members_denied, "_INBOX_notifications.x")


async def test_notifications_cannot_write_contacts(broker: Broker, connections: Connections) -> None:
    """notifications hears contacts and says none."""
    notifications, denied = await connections.open(
        broker.personal_url_for("notifications"), inbox="_INBOX_notifications"
    )
    assert await _is_denied(notifications, denied, "personal.xx.members.contact.1")


async def test_a_forged_reply_does_not_reach_personal_data(
    broker: Broker, connections: Connections, lane: str, personal_stream: Any
) -> None:
    """A service that gives a contact's subject for the answer to its event overwrites no contact."""
    pledges, _ = await connections.open(broker.url_for("pledges"), inbox="_INBOX_pledges")
    await pledges.publish(
        "milliard.xx.pledges.internal.payment_received.v1", b"{}", reply="personal.xx.members.contact.1"
    )
    await pledges.flush()
    await asyncio.sleep(0.1)
    assert (await personal_stream.stream_info("PERSONAL")).state.messages == 0


@pytest.mark.parametrize("service", ["pledges", "projects", "ledger"])
def test_only_members_and_notifications_have_personal_users(broker: Broker, service: str) -> None:
    """No other service has a user in the account of personal data."""
    with pytest.raises(nats.errors.Error):
        asyncio.run(nats.connect(broker.personal_url_for(service), allow_reconnect=False, connect_timeout=1))


async def test_integrators_hear_public_events_only(
    broker: Broker, connections: Connections, lane: str
) -> None:
    """Other organisations' programs hear public events, no internal one, and say nothing."""
    integrator, denied = await connections.open(broker.integrator_url, inbox="_INBOX_integrator")
    heard = await integrator.subscribe("milliard.*.*.public.>")
    await integrator.flush()
    ledger, _ = await connections.open(broker.url_for("ledger"), inbox="_INBOX_ledger")
    await ledger.jetstream().publish("milliard.xx.ledger.internal.payment_posted.v1", b"secret")
    await ledger.jetstream().publish("milliard.xx.ledger.public.progress_advanced.v1", b"open")
    assert (await heard.next_msg(timeout=2)).data == b"open"
    assert await _is_denied(integrator, denied, "milliard.xx.ledger.public.progress_advanced.v1")
    assert await _is_denied(integrator, denied, "$JS.API.INFO")


def test_every_service_has_a_user(broker: Broker) -> None:
    """Each service's URL names its own user, with a password of its own."""
    passwords = {broker.url_for(service).split(":")[2].partition("@")[0] for service in SERVICES}
    assert len(passwords) == len(SERVICES)


def test_the_state_can_be_read_on_loopback(broker: Broker) -> None:
    """JetStream's state is told where `milliard status` reads it, writes are synced."""
    with urllib.request.urlopen(f"{broker.monitor_url}/jsz", timeout=2) as answer:
        state = json.load(answer)
    assert state["config"]["sync_always"] is True
