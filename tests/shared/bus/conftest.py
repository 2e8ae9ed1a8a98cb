"""Lanes on a real broker, held for ever or shared out by leases."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from deploy.local.broker import Broker
from shared.bus.apply import apply_topology
from shared.bus.ending import end
from shared.bus.lanes import Lanes
from shared.bus.leases import Leases
from shared.bus.places import Places
from tests.shared.bus.serving import TERRITORIES
from tests.shared.listening import Listener


@pytest.fixture
async def made_lanes(topology, administrator) -> AsyncIterator[Callable[..., Awaitable[Lanes]]]:
    """`await made_lanes(listener)`: the ledger's lanes 64 and 75 from empty streams on, served by nobody yet."""
    made: list[Lanes] = []
    for code in TERRITORIES:
        await administrator.purge_stream(f"T-{code}")

    async def make(listener: Listener, *, deadline_seconds: float = 10, broker: Broker = topology) -> Lanes:
        lanes = Lanes(
            service="ledger",
            url=broker.url_for("ledger"),
            database=listener.database,
            handlers=listener.handlers,
            streams={code: f"T-{code}" for code in TERRITORIES},
            places=Places(4, aside=2),
            batch_size=500,
            deadline_seconds=deadline_seconds,
        )
        await lanes.broker.connect()
        made.append(lanes)
        return lanes

    yield make
    for lanes in made:
        await lanes.close()


@pytest.fixture
async def lanes_of(made_lanes) -> AsyncIterator[Callable[..., Awaitable[Lanes]]]:
    """`await lanes_of(listener)`: both lanes, served under epoch 1 by no lease."""
    running: list[Lanes] = []

    async def start(listener: Listener, **settings: Any) -> Lanes:
        lanes = await made_lanes(listener, **settings)
        for resource in lanes.resources:
            await lanes.gain(resource, 1)
        running.append(lanes)
        return lanes

    yield start
    for lanes in running:
        await asyncio.gather(*(lanes.lose(resource) for resource in lanes.resources))


@pytest.fixture
async def own_broker(homes) -> AsyncIterator[Broker]:
    """A broker with every stream that no other test has to live with: it may be stopped, and its lanes are empty."""
    home, runtime = (folder / "own-broker" for folder in homes)
    runtime.mkdir(exist_ok=True)
    broker = Broker(home, runtime)
    broker.start()
    try:
        await apply_topology(url=broker.topology_url, personal_url=broker.topology_personal_url)
        yield broker
    finally:
        broker.throw_away()
        shutil.rmtree(home)


@pytest.fixture
async def leased(made_lanes) -> AsyncIterator[Callable[..., Awaitable[tuple[Lanes, Leases]]]]:
    """`await leased(listener)`: a replica with lanes and leases that beat, as a service runs them."""
    running: list[tuple[Leases, list[asyncio.Task[None]]]] = []

    async def start(listener: Listener, **settings: Any) -> tuple[Lanes, Leases]:
        lanes = await made_lanes(listener, **settings)
        leases = Leases(
            database=listener.database,
            resources=lanes.resources,
            on_gained=lanes.gain,
            on_lost=lanes.lose,
            on_pauses=lanes.pause,
        )
        tasks = [asyncio.create_task(leases.run()), asyncio.create_task(lanes.retry_waiting())]
        running.append((leases, tasks))
        return lanes, leases

    yield start
    for leases, tasks in running:
        await end(*tasks)
        await leases.release()
