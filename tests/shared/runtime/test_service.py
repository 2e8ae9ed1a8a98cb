"""A service put together: it starts with what it hears, says when it is ready, and stops cleanly."""

import asyncio

import pytest

from shared.bus import Handlers
from shared.database import Database
from shared.runtime import Service
from shared.runtime.run import serve_bus
from shared.settings import ServiceSettings
from shared.testing import client_for, eventually


async def test_a_service_is_alive_and_ready_without_a_broker(make_service) -> None:
    """Only freshness suffers while the broker is away."""
    async with client_for(await make_service("projects")) as http:
        assert (await http.get("/health/live")).status_code == 200
        assert (await http.get("/health/ready")).status_code == 200


async def test_a_service_without_its_database_is_alive_and_not_ready(make_service) -> None:
    """And says why."""
    service = await make_service("projects")
    await service.database.close()
    service.database = Database(url="postgresql://nobody@127.0.0.1:1/none", service="projects", pool_size=4)
    async with client_for(service) as http:
        assert (await http.get("/health/live")).status_code == 200
        answer = await http.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"].startswith("database unreachable")


async def test_a_service_behind_its_migrations_is_not_ready(make_service, monkeypatch) -> None:
    """It names both versions."""
    service = await make_service("projects")
    monkeypatch.setattr("shared.runtime.health.newest_version", lambda service: "9999")
    async with client_for(service) as http:
        answer = await http.get("/health/ready")
    assert answer.status_code == 503
    assert "9999 expected" in answer.json()["status"]


def test_a_service_that_hears_something_else_than_it_is_sent_does_not_start() -> None:
    """Consumers are made from `shared/events/hearing.py`."""
    with pytest.raises(ValueError, match=r"hearing\.py differ"):
        Service(name="ledger", settings=ServiceSettings(), handlers=Handlers())


async def test_a_service_serves_its_lanes_and_gives_them_back_when_it_stops(make_service, topology) -> None:
    """At once, and without waiting to be thought dead."""
    service = await make_service("projects", nats_url=topology.url_for("projects"))
    stopped = asyncio.Event()
    running = asyncio.create_task(serve_bus(service, stopped))

    async def held(count: int = 112) -> bool:
        async with service.database.begin() as work:
            return (
                await work.execute("select count(*) from leases where holder is not null")
            ).scalar() == count

    await eventually(held)
    stopped.set()
    async with asyncio.timeout(8):
        await running
    assert await held(0)


async def test_a_process_with_neither_lanes_nor_relay_takes_no_share(make_service, topology) -> None:
    """`--role api` beside others must not leave lanes unserved."""
    service = await make_service("projects", nats_url=topology.url_for("projects"), roles="api")
    stopped = asyncio.Event()
    running = asyncio.create_task(serve_bus(service, stopped))
    await asyncio.sleep(1)
    async with service.database.begin() as work:
        assert (await work.execute("select count(*) from replicas")).scalar() == 0
    stopped.set()
    await running
