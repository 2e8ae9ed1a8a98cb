"""Two real processes of the ledger share its lanes: order and chain hold, also when one sleeps past its lease."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from deploy.local.child import Child
from services.ledger.queries.verify import verify
from shared.bus.connection import connect
from shared.bus.leases import DEAD_AFTER_SECONDS
from shared.runtime import Service
from shared.testing import eventually
from shared.values import lanes
from tests.shared.bus.serving import publish
from tests.shared.listening import a_payment

LOADED = ("64", "75", "13", "2A", "974", "99")
PAYMENTS = 600
SECONDS_OF_LOAD = 12

HELD = """
    select count(*) filter (where resource like 'lane:%') as held,
        array_agg(substr(resource, 6) order by resource) filter (where resource like 'lane:%') as lanes
    from leases join replicas on replica_id = holder
    where heartbeat_at > now() - interval '5 seconds' group by holder order by held
"""


@pytest.fixture
async def ledger(make_service, own_broker) -> Service:
    """The database and settings that the processes share; this service itself serves nothing."""
    service: Service = await make_service("ledger", nats_url=own_broker.url_for("ledger"))
    return service


@pytest.fixture
async def start_replica(ledger, homes: tuple[Path, Path]) -> AsyncIterator[Callable[..., Child]]:
    """`start_replica()`: a process of the ledger, its environment as the local stack makes it."""
    started: list[Child] = []

    def start(*, lanes: str = "") -> Child:
        settings = ledger.settings
        number = len(started) + 1
        child = Child(
            name=f"ledger-{number}",
            command=[sys.executable, "-m", "services.ledger.main"],
            log=homes[0] / "logs" / f"ledger-{number}.log",
            environment={
                "PATH": os.environ["PATH"],
                "MILLIARD_HOME": str(settings.home),
                "MILLIARD_LANES": lanes,
                "MILLIARD_OPERATOR_PUBLIC_KEY_FILE": str(settings.operator_public_key_file),
                "MILLIARD_LEDGER_DATABASE_URL": settings.database_url,
                "MILLIARD_LEDGER_NATS_URL": settings.nats_url,
                "MILLIARD_LISTEN": f"unix:{homes[1] / f'ledger-{number}.sock'}",
                "MILLIARD_LEDGER_SECRET": settings.secret.get_secret_value(),
            },
            folder=Path(__file__).parents[3],
        )
        child.start()
        started.append(child)
        return child

    yield start
    for child in started:
        if child.pid is not None:
            os.kill(child.pid, signal.SIGCONT)
        await asyncio.to_thread(child.stop)


async def held(ledger: Service) -> list[tuple[int, list[str]]]:
    """How many lanes each living replica holds, and which."""
    async with ledger.database.begin() as work:
        return [(row.held, row.lanes) for row in await work.execute(HELD)]


def is_shared(ledger: Service, *shares: int) -> Callable[[], Awaitable[bool]]:
    """A check that the living replicas hold so many lanes each."""

    async def shared_so() -> bool:
        return [count for count, _ in await held(ledger)] == sorted(shares)

    return shared_so


async def posted(ledger: Service) -> dict[str, list[str]]:
    """The events of each territory's journal, in the order of its chain."""
    async with ledger.database.begin() as work:
        rows = await work.execute("select territory, event_id from journal_entries order by territory, seq")
        found: dict[str, list[str]] = {}
        for row in rows:
            events = found.setdefault(row.territory, [])
            if not events or events[-1] != str(row.event_id):
                events.append(str(row.event_id))
        return found


async def test_a_replica_that_slept_past_its_lease_breaks_neither_order_nor_chain(
    ledger, own_broker, start_replica
) -> None:
    """Under load one of two is stopped until it has lost its lanes, then goes on; every event is posted once."""
    replicas = start_replica(), start_replica()
    half = (len(lanes()) + 1) // 2
    await eventually(is_shared(ledger, len(lanes()) - half, half), seconds=40)
    client = await connect(own_broker.url_for("pledges"), service="pledges", name="tests")
    sent: dict[str, list[str]] = {code: [] for code in LOADED}

    async def load() -> None:
        for number in range(PAYMENTS):
            code = LOADED[number % len(LOADED)]
            sent[code] += await publish(client, a_payment(territory=code, amount_minor=number + 1))
            await asyncio.sleep(SECONDS_OF_LOAD / PAYMENTS)

    loading = asyncio.create_task(load())
    await asyncio.sleep(2)
    sleeper = replicas[0].pid
    assert sleeper
    os.kill(sleeper, signal.SIGSTOP)
    await eventually(is_shared(ledger, len(lanes())), seconds=DEAD_AFTER_SECONDS + 8)
    await asyncio.sleep(1)
    os.kill(sleeper, signal.SIGCONT)
    await loading

    async def is_posted() -> bool:
        return sum(map(len, (await posted(ledger)).values())) == PAYMENTS

    await eventually(is_posted, seconds=60)
    assert await posted(ledger) == sent
    async with ledger.database.begin() as work:
        assert (await work.execute("select count(*) from parked_events")).scalar() == 0
    assert (await verify(ledger.database.engine)).problems == []
    await eventually(is_shared(ledger, len(lanes()) - half, half), seconds=20)
    await client.close()


async def test_a_replica_serves_the_lanes_that_it_is_given_and_another_the_rest(
    ledger, own_broker, start_replica
) -> None:
    """`MILLIARD_LANES=75,13`: none is left out, none has two holders, and all are posted."""
    start_replica(lanes="75,13")
    start_replica(lanes=",".join(code for code in lanes() if code not in ("75", "13")))
    await eventually(is_shared(ledger, 2, len(lanes()) - 2), seconds=40)
    (_, few), (_, many) = await held(ledger)
    assert set(few) == {"75", "13"}
    assert {*few, *many} == set(lanes())
    client = await connect(own_broker.url_for("pledges"), service="pledges", name="tests")
    sent = {code: await publish(client, a_payment(territory=code)) for code in sorted(LOADED)}

    async def is_posted() -> bool:
        return await posted(ledger) == sent

    await eventually(is_posted)
    await client.close()
