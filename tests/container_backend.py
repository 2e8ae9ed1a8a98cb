"""Broker and database of the run in containers of their official images: `MILLIARD_TEST_BACKEND=containers`.

What a test stops or freezes by itself stays a process of its own (`own_broker`).
"""

import os
from pathlib import Path

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from deploy.containers.images import NATS, POSTGRES
from deploy.containers.setup import write_broker
from deploy.local.broker import BrokerUsers
from deploy.local.cluster import ADMIN, PASSING, SETTINGS
from deploy.local.databases import Databases
from deploy.local.keys import Keys

IS_ASKED_FOR = os.environ.get("MILLIARD_TEST_BACKEND") == "containers"
CONFIGURATION = "/etc/nats/server.conf"
OF_A_SOCKET = ("listen_addresses", "unix_socket_permissions")
LIKE_THE_STACK = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
"""What docker-compose.yml tells the image too."""

testcontainers_config.ryuk_disabled = True  # each fixture ends its own; its image would be one more to pull


class ContainerDatabases(Databases):
    """A PostgreSQL of the official image, with this home's passwords."""

    def __init__(self, *, home: Path) -> None:
        settings = {name: value for name, value in (SETTINGS | PASSING).items() if name not in OF_A_SOCKET}
        self._container = (
            PostgresContainer(
                POSTGRES,
                username=ADMIN,
                password=Keys(home=home).secret(f"database-{ADMIN}"),
                dbname=ADMIN,
                driver=None,
            )
            .with_env("POSTGRES_INITDB_ARGS", LIKE_THE_STACK)
            .with_command(" ".join(f"-c {name}={value}" for name, value in settings.items()))
        )
        super().__init__(home=home, admin_url="")

    def start(self, *, within_seconds: float = 60) -> None:
        """Start the server; returns once it answers at the port that it was given."""
        self._container.start()
        self.admin_url = self._container.get_connection_url()
        super().start(within_seconds=within_seconds)

    def throw_away(self) -> None:
        """End the server and its data."""
        self._container.stop()


class ContainerBroker(BrokerUsers):
    """A NATS server of the official image, with the accounts and users of the local stack."""

    def __init__(self, *, home: Path) -> None:
        keys = Keys(home=home)
        file = home / "nats-container.conf"
        write_broker(file, keys, "broker", ("broker",))
        self._container = (
            DockerContainer(NATS)
            .with_exposed_ports(4222, 8222)
            .with_volume_mapping(str(file), CONFIGURATION, "ro")
            .with_command(f"--config {CONFIGURATION}")
            .waiting_for(LogMessageWaitStrategy("Server is ready"))
        )
        super().__init__(keys, address="", monitor="")

    def start(self) -> None:
        """Start the server; returns once it is ready at the ports that it was given."""
        self._container.start()
        host = self._container.get_container_host_ip()
        self._address, self._monitor = (
            f"{host}:{self._container.get_exposed_port(port)}" for port in (4222, 8222)
        )

    def throw_away(self) -> None:
        """End the server and its data."""
        self._container.stop()
