"""The real parts that tests stand on: one broker and one database cluster for a run, a fresh database for a test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.local.broker import Broker, BrokerUsers
from deploy.local.cluster import Cluster
from deploy.local.databases import Databases
from deploy.local.temporary import temporary_home
from shared.bus.connection import connect
from shared.bus.topology import apply as apply_topology
from shared.database.migrate import migrate
from shared.runtime import Service
from shared.runtime.run import serve_bus
from shared.testing.harness import trust_test_key
from tests import container_backend
from tests.in_containers import TOLD, built, in_containers, tell  # noqa: F401 - fixtures of what needs an engine
from tests.running import people, running_here  # noqa: F401 - fixtures of the journeys and the browser
from tests.spare_databases import SpareDatabases, spare_databases

MakeService = Callable[..., Awaitable[Service]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The platform of `running`, and what needs an engine at all."""
    parser.addoption(
        "--in-containers",
        action="store_true",
        help="The platform is docker-compose.yml's: an engine is needed.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs an engine is for `make test-compose`, and is counted as deselected elsewhere."""
    if config.getoption("--in-containers"):
        return
    apart = [item for item in items if item.get_closest_marker("engine")]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in set(apart)]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The figures that tests in containers have told."""
    for sentence in config.stash.get(TOLD, []):
        terminalreporter.write_line(sentence)


@pytest.fixture(scope="session")
def homes() -> Iterator[tuple[Path, Path]]:
    """A home and a short folder for sockets, both gone after the run."""
    with temporary_home() as found:
        yield found


@pytest.fixture(scope="session")
def cluster(homes: tuple[Path, Path]) -> Iterator[Databases]:
    """A running PostgreSQL with the roles of every service."""
    is_apart = container_backend.IS_ASKED_FOR
    cluster = (
        container_backend.ContainerDatabases(home=homes[0]) if is_apart else Cluster(*homes, is_passing=True)
    )
    cluster.start()
    try:
        cluster.provision()
        yield cluster
    finally:
        cluster.throw_away()


@pytest.fixture(scope="session")
def broker(homes: tuple[Path, Path]) -> Iterator[BrokerUsers]:
    """A running NATS server with the accounts and users of the local stack."""
    is_apart = container_backend.IS_ASKED_FOR
    broker = container_backend.ContainerBroker(home=homes[0]) if is_apart else Broker(*homes)
    broker.start()
    try:
        yield broker
    finally:
        broker.throw_away()


@pytest.fixture(scope="session")
def operator_key(homes: tuple[Path, Path]) -> tuple[Path, Path]:
    """The command line's key pair: (private file, public file)."""
    key = Ed25519PrivateKey.generate()
    private, public = homes[0] / "operator.key", homes[0] / "operator.pub"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return private, public


@pytest.fixture(scope="session")
async def templates(cluster: Databases) -> Callable[[str], Awaitable[str]]:
    """The name of a migrated database of a service, made once for a run and copied for each test."""
    made: dict[str, str] = {}

    async def template_of(service: str) -> str:
        if service not in made:
            owner_url, _ = cluster.fresh_database(service)
            await migrate(service, owner_url=owner_url)
            made[service] = owner_url.split("?")[0].rsplit("/", 1)[1]
        return made[service]

    return template_of


@pytest.fixture(scope="session")
def spares(cluster: Databases) -> Iterator[SpareDatabases]:
    """Fresh copies of the services' databases."""
    with spare_databases(cluster) as found:
        yield found


@pytest.fixture
async def make_service(
    spares: SpareDatabases,
    templates: Callable[[str], Awaitable[str]],
    operator_key: tuple[Path, Path],
    homes: tuple[Path, Path],
) -> AsyncIterator[MakeService]:
    """`await make_service("ledger", **settings)`: the real service on a fresh database, without a broker."""
    async with AsyncExitStack() as stack:

        async def make(name: str, **settings: Any) -> Service:
            taken = spares.take(name, template=await templates(name))
            _, app_url = await asyncio.wrap_future(taken)
            stack.callback(spares.give_back, app_url)
            service: Service = import_module(f"services.{name}.bootstrap").bootstrap(
                import_module(f"services.{name}.settings").Settings(
                    **{
                        "home": homes[0],
                        "public_url": "http://milliard.test",
                        "database_url": app_url,
                        "secret": "a secret of the tests, 32 bytes and more",
                        "operator_public_key_file": operator_key[1],
                        **settings,
                    }
                )
            )
            stack.push_async_callback(service.database.close)
            await trust_test_key(service)
            return service

        yield make


@pytest.fixture(scope="session")
async def topology(broker: BrokerUsers) -> BrokerUsers:
    """The broker with every stream and consumer of the platform."""
    client = await connect(broker.topology_url, service="topology", name="tests")
    personal = await connect(broker.topology_personal_url, service="topology", name="tests")
    await apply_topology(client, personal, store_bytes=2 * 1024**3)
    await client.close()
    await personal.close()
    return broker


@pytest.fixture
async def on_the_bus(topology: BrokerUsers) -> AsyncIterator[Callable[[Service], Awaitable[None]]]:
    """`await on_the_bus(service)`: its lanes and relay run until the test ends."""
    stopped = asyncio.Event()
    running: list[asyncio.Task[None]] = []

    async def start(service: Service) -> None:
        service.settings.nats_url = topology.url_for(service.name)
        if service.name in ("members", "notifications"):
            service.settings.personal_nats_url = topology.personal_url_for(service.name)
        running.append(asyncio.create_task(serve_bus(service, stopped)))

    yield start
    stopped.set()
    await asyncio.gather(*running)
