"""What the broker lets each user do: its own subjects and its own consumers, nothing else."""

import asyncio

import nats
import pytest
from nats.errors import NoRespondersError, TimeoutError

from shared.bus.lane import KEEP_SECONDS
from shared.bus.leases import DEAD_AFTER_SECONDS
from shared.bus.topology import ACK_WAIT_SECONDS, MAX_ACK_PENDING
from shared.events.ledger import ProgressAdvanced
from shared.settings import ServiceSettings
from tests.shared.listening import a_payment


@pytest.fixture
async def ledger_client(topology):
    """The ledger's user, and what the broker told it that it may not do."""
    denied: list[str] = []

    async def on_error(error: Exception) -> None:
        denied.append(str(error))

    client = await nats.connect(topology.url_for("ledger"), inbox_prefix=b"_INBOX_ledger", error_cb=on_error)
    client.denied = denied
    yield client
    await client.close()


async def is_denied(client) -> bool:
    await client.flush()
    await asyncio.sleep(0.1)
    return any("permissions violation" in error.lower() for error in client.denied)


async def test_a_service_cannot_publish_for_another(ledger_client, administrator) -> None:
    """The message is not stored."""
    before = (await administrator.stream_info("T-64")).state.messages
    await ledger_client.publish(a_payment().subject, b"{}")
    assert await is_denied(ledger_client)
    assert (await administrator.stream_info("T-64")).state.messages == before


@pytest.mark.parametrize("administration", [
    "$JS.API.STREAM.CREATE.T-64", "$JS.API.STREAM.UPDATE.T-64", "$JS.API.STREAM.PURGE.T-64",
    "$JS.API.STREAM.DELETE.T-64", "$JS.API.CONSUMER.CREATE.T-64.spy", "$JS.API.CONSUMER.DURABLE.CREATE.T-64.spy",
    "$JS.API.CONSUMER.DELETE.T-64.ledger", "$JS.API.STREAM.MSG.GET.T-64", "$JS.API.DIRECT.GET.T-64",
    "$JS.API.CONSUMER.MSG.NEXT.T-64.notifications", "$JS.ACK.T-64.notifications.1.1.1.1.1",
])  # fmt: skip
async def test_a_service_cannot_administer_nor_read_as_another(ledger_client, administration: str) -> None:
    """Neither streams nor consumers, its own included."""
    await ledger_client.publish(administration, b"{}")
    assert await is_denied(ledger_client)


@pytest.mark.parametrize("subject", ["_INBOX_pledges.>", "_INBOX.>", ">", "milliard.64.>", "personal.>"])
async def test_a_service_cannot_listen_outside_its_inbox(ledger_client, subject: str) -> None:
    """Neither to another's answers nor past its consumers."""
    await ledger_client.subscribe(subject)
    assert await is_denied(ledger_client)


async def test_a_service_reads_and_acknowledges_its_own_consumer(
    ledger_client, administrator, pledges_client
) -> None:
    """That is all that a lane needs."""
    payment = a_payment(territory="48")
    await pledges_client.jetstream().publish(payment.subject, payment.model_dump_json().encode())
    subscription = await ledger_client.jetstream().pull_subscribe_bind("ledger", "T-48")
    [message] = await subscription.fetch(1, timeout=5)
    await message.ack_sync()


async def test_an_integrator_hears_public_events_only(
    topology, administrator, pledges_client, ledger_client
) -> None:
    """Its account imports them; nothing internal, nothing of JetStream."""
    denied: list[str] = []

    async def on_error(error: Exception) -> None:
        denied.append(str(error))

    integrator = await nats.connect(
        topology.integrator_url, inbox_prefix=b"_INBOX_integrator", error_cb=on_error
    )
    heard = await integrator.subscribe("milliard.*.*.public.>")
    await integrator.flush()
    progress = ProgressAdvanced(
        territory="48",
        promised_minor=1,
        received_minor=1,
        local_currency_minor=0,
        disbursed_minor=0,
        currency="EUR",
    )
    await pledges_client.jetstream().publish(a_payment(territory="48").subject, b"{}")
    await ledger_client.jetstream().publish(progress.subject, progress.model_dump_json().encode())
    assert (await heard.next_msg(timeout=5)).subject == progress.subject
    with pytest.raises(TimeoutError):
        await heard.next_msg(timeout=0.3)
    with pytest.raises((TimeoutError, NoRespondersError)):
        await integrator.request("$JS.API.INFO", b"", timeout=0.3)
    denied.clear()
    await integrator.subscribe("milliard.>")
    await integrator.flush()
    await asyncio.sleep(0.1)
    assert denied
    await integrator.close()


async def test_personal_data_is_in_an_account_that_the_ledger_cannot_enter(
    ledger_client, administrator
) -> None:
    """The stream does not exist for who looks from the account of the events."""
    streams = await administrator.streams_info_iterator()
    assert "PERSONAL" not in {stream.config.name for stream in streams}
    with pytest.raises((TimeoutError, NoRespondersError)):
        await ledger_client.request("personal.keys.request", b"", timeout=0.3)


def test_a_batch_in_hand_is_kept_for_its_holder_and_no_longer() -> None:
    """It says so several times within the broker's patience; nobody has more than a batch in hand."""
    assert KEEP_SECONDS * 3 < ACK_WAIT_SECONDS <= DEAD_AFTER_SECONDS
    assert ServiceSettings.model_fields["batch_size"].default <= MAX_ACK_PENDING
