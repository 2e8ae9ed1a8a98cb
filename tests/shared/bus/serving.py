"""Events on their way to a listener: recorded by pledges, applied by the ledger's lanes 64 and 75."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.database import Database
from shared.events import Event
from shared.inbox.decode import Arrived
from tests.shared.listening import Listener, message

TERRITORIES = ("64", "75")


async def record(pledges: Database, *events: Event) -> None:
    """Record events in one transaction of pledges."""
    async with pledges.begin() as work:
        for event in events:
            work.record(event)


def has_applied(listener: Listener, count: int) -> Callable[[], Awaitable[bool]]:
    """A check that the listener has applied so many events."""

    async def applied_all() -> bool:
        return len(await listener.applied()) == count

    return applied_all


async def amounts(listener: Listener) -> list[int]:
    """The amounts that were applied, in order: each event of a test has its number as its amount."""
    return [amount for _, amount in await listener.applied()]


async def publish(client: Client, *events: Event) -> list[str]:
    """Publish events one after the other, past any outbox, however long the broker is away; returns their ids."""
    ids = []
    for event in events:
        arrived = message(event)
        ids.append(arrived.headers["ce-id"])
        await publish_raw(client, arrived)
    return ids


async def publish_raw(client: Client, arrived: Arrived) -> None:
    """Publish bytes under any subject and headers, once, however often that takes."""
    headers = {**arrived.headers, "Nats-Msg-Id": str(uuid4())}
    while True:
        with suppress(NatsError, TimeoutError):
            await client.jetstream(timeout=2).publish(arrived.subject, arrived.payload, headers=headers)
            return
        await asyncio.sleep(0.2)
