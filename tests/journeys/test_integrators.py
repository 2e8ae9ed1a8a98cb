"""What another organisation's program may hear on the bus: public facts, and nothing that points at a person."""

import asyncio

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from tests.running import Running

SECONDS = 20


async def test_an_integrator_hears_public_events_only(running: Running) -> None:
    """While money comes in, it hears of progress, and of no pledge, no payment, no contact."""
    heard: list[Msg] = []
    told: list[str] = []
    progress = asyncio.Event()

    async def listen(message: Msg) -> None:
        heard.append(message)
        if "progress" in message.subject:
            progress.set()

    client = await _integrator(running, told)
    await client.subscribe("milliard.*.*.public.>", cb=listen)
    for forbidden in ("milliard.>", "milliard.48.pledges.internal.>", "personal.>", "$JS.API.>"):
        await client.subscribe(forbidden, cb=listen)
    await client.flush()
    day = running.bank_day()
    day.credit(3_000, reference=running.pledge(territory="48", euros=30)["reference"])
    await asyncio.to_thread(running.import_day, day)
    async with asyncio.timeout(SECONDS):
        await progress.wait()
    assert {message.subject.split(".")[3] for message in heard} == {"public"}
    assert sum("permissions violation for subscription" in error for error in told) == 4
    await client.close()


async def test_an_integrator_says_nothing(running: Running) -> None:
    """Whatever it publishes is refused by the broker, and nobody hears it."""
    told: list[str] = []
    is_told = asyncio.Event()
    client = await _integrator(running, told, is_told)
    await client.publish("milliard.64.pledges.internal.payment_received.v1", b"{}")
    async with asyncio.timeout(SECONDS):
        await is_told.wait()
    assert ["permissions violation for publish" in error for error in told] == [True]
    await client.close()


async def _integrator(running: Running, told: list[str], is_told: asyncio.Event | None = None) -> Client:
    async def on_error(error: Exception) -> None:
        told.append(str(error).lower())
        if is_told is not None:
            is_told.set()

    url = running.platform.facts["integrator_nats_url"]
    return await nats.connect(url, inbox_prefix=b"_INBOX_integrator", error_cb=on_error)
