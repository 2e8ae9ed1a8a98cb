"""What a trial stands on: a broker, a database and the services' own programs, in a home that ends with it.

The programs are those of production, started with the environment that the local stack gives them.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from deploy.local.broker import SERVICES, Broker
from deploy.local.broker_cluster import BrokerCluster
from deploy.local.child import Child
from deploy.local.cluster import Cluster
from deploy.local.commands import Commands
from deploy.local.environments import Environments
from deploy.local.probe import answers
from deploy.local.temporary import temporary_home
from shared.client import Platform

CHECKOUT = Path(__file__).parents[2]
TASK_SECONDS = 180
READY_SECONDS = 60


class Stage:
    """A broker and a database that run, with the tables and lanes of the platform. See `stage()`.

    `process(...)` makes a service's process: it is the caller's to start; whatever still runs is ended at the end.
    """

    def __init__(
        self,
        home: Path,
        runtime: Path,
        *,
        services: Sequence[str] = SERVICES,
        nodes: int = 1,
        store_bytes: int | None = None,
    ) -> None:
        """`nodes`: of the broker, with as many copies of each stream. `store_bytes`: room of all streams together."""
        self.home, self.runtime = home, runtime
        self.services = tuple(services)
        self.broker: Broker | BrokerCluster = (
            Broker(home, runtime) if nodes == 1 else BrokerCluster(home, runtime, nodes=nodes)
        )
        self._nodes, self._store_bytes = nodes, store_bytes
        self.cluster = Cluster(home, runtime)
        self.processes: dict[str, Child] = {}
        self.environments = Environments(
            home=home,
            public_url="http://milliard.test",
            broker=self.broker,
            databases=self.cluster,
            sockets={service: self.socket_of(service) for service in SERVICES},
            smtp_url="",
        )

    def start(self) -> None:
        """Start broker and database side by side, then make tables and lanes. Raises StartFailed."""
        with ThreadPoolExecutor() as threads:
            for part in [threads.submit(self.broker.start), threads.submit(self.cluster.start)]:
                part.result()
        self.cluster.provision(self.services)
        command = [*Commands.of_this_repository().migrations[:3], *self.services]
        self.task("migrations", command, self.environments.for_migrations())
        self.apply_topology()

    def apply_topology(self) -> None:
        """Make the streams and consumers that are missing."""
        self.task("topology", Commands.of_this_repository().topology, self.topology_environment())

    def topology_environment(self) -> dict[str, str]:
        """What the programs that make and keep streams are told."""
        told = self.environments.for_topology() | {"MILLIARD_BUS_REPLICAS": str(self._nodes)}
        return told | ({"MILLIARD_BUS_STORE_BYTES": str(self._store_bytes)} if self._store_bytes else {})

    def process(
        self,
        service: str,
        *,
        name: str | None = None,
        roles: str = "api,lanes,relay",
        lanes: Sequence[str] = (),
        **settings: str,
    ) -> Child:
        """One process of a service, not started. `settings` are its own, by name (`batch_size="250"`)."""
        name = name or service
        prefix = f"MILLIARD_{service.upper()}_"
        environment = self.environments.for_service(service) | {
            f"{prefix}ROLES": roles,
            "MILLIARD_LISTEN": f"unix:{self.socket_of(name)}",
            "MILLIARD_LANES": ",".join(lanes),
            **{prefix + key.upper(): value for key, value in settings.items()},
        }
        child = Child(
            name=name,
            command=Commands.of_this_repository().services[service],
            log=self.home / "logs" / f"{name}.log",
            environment=environment,
            folder=CHECKOUT,
        )
        self.processes[name] = child
        return child

    def task(self, name: str, command: Sequence[str | Path], environment: dict[str, str]) -> None:
        """Run a program to its end. Raises StartFailed."""
        Child(
            name=name,
            command=command,
            log=self.home / "logs" / f"{name}.log",
            environment=environment,
            folder=CHECKOUT,
        ).run(within_seconds=TASK_SECONDS)

    def socket_of(self, name: str) -> Path:
        """Where a process answers HTTP (a Unix socket)."""
        return self.runtime / f"{name}.sock"

    def wait_until_ready(self, child: Child) -> None:
        """Return once a process with the role `api` has its tables and answers. Raises StartFailed."""
        child.wait_until(
            lambda: answers(self.socket_of(child.name), "/health/ready"), within_seconds=READY_SECONDS
        )

    @property
    def platform(self) -> Platform:
        """What operators' commands know of a platform: its sockets and its local key."""
        services = {service: f"unix:{self.socket_of(service)}" for service in SERVICES}
        return Platform(facts={"services": services}, home=self.home)

    def end(self) -> None:
        """End everything at once; nobody will start it again."""
        for child in self.processes.values():
            child.stop(within_seconds=2)
        self.broker.throw_away()
        self.cluster.throw_away()


@contextmanager
def stage(
    services: Sequence[str] = SERVICES, *, at: tuple[Path, Path] | None = None, **options: Any
) -> Iterator[Stage]:
    """A stage that runs, in a temporary home that goes afterwards, or `at` a home and a runtime folder that stay.

    `options` are those of Stage.
    """
    mask = os.umask(0o077)  # as the launcher does: sockets and secrets are ours alone
    try:
        with nullcontext(at) if at else temporary_home() as (home, runtime):
            found = Stage(home, runtime, services=services, **options)
            try:
                found.start()
                yield found
            finally:
                found.end()
    finally:
        os.umask(mask)
