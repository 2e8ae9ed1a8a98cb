"""The environment of each program: what it needs, and no other one's secrets."""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.broker import SERVICES, Broker
from deploy.local.broker_cluster import BrokerCluster
from deploy.local.databases import Databases
from deploy.local.keys import Keys

PERSONAL = ("members", "notifications")  # the two that contact details travel between
SECRETS = ("DATABASE_URL", "MILLIARD_SMTP_URL")  # of the launcher: a service is given its own


class Environments:
    """Made from what the launcher knows: the broker's users, the databases' roles, the keys, the sockets."""

    def __init__(
        self,
        *,
        home: Path,
        public_url: str,
        broker: Broker | BrokerCluster,
        databases: Databases,
        sockets: Mapping[str, Path],
        smtp_url: str,
    ) -> None:
        self._keys = Keys(home=home)
        self._broker = broker
        self._databases = databases
        self._sockets = sockets
        self._smtp_url = smtp_url
        self._common = {
            "MILLIARD_HOME": str(home),
            "MILLIARD_PUBLIC_URL": public_url,
            "MILLIARD_OPERATOR_PUBLIC_KEY_FILE": str(self._keys.operator_key_files()[1]),
            "PYTHONUNBUFFERED": "1",  # a log that ends with the last thing that happened
        }

    def for_service(self, service: str) -> dict[str, str]:
        """The service's own database role, bus user, socket and secret; notifications' mail server."""
        prefix = f"MILLIARD_{service.upper()}_"
        own = {
            "DATABASE_URL": self._databases.app_url(service),
            "NATS_URL": self._broker.url_for(service),
            "SECRET": self._keys.secret(f"service-{service}"),
        }
        if service in PERSONAL:
            own["PERSONAL_NATS_URL"] = self._broker.personal_url_for(service)
        if service == "notifications":
            own["SMTP_URL"] = self._smtp_url
        listen = {"MILLIARD_LISTEN": f"unix:{self._sockets[service]}"}
        return self._inherited(service) | self._common | listen | {prefix + name: own[name] for name in own}

    def for_migrations(self) -> dict[str, str]:
        """The owners' roles, which no running service knows."""
        owners = {
            f"MILLIARD_{service.upper()}_OWNER_DATABASE_URL": self._databases.owner_url(service)
            for service in SERVICES
        }
        return self._inherited() | self._common | owners

    def for_topology(self) -> dict[str, str]:
        """The users who make streams and consumers."""
        return (
            self._inherited()
            | self._common
            | {
                "MILLIARD_BUS_STORE_BYTES": os.environ.get(
                    "MILLIARD_BUS_STORE_BYTES", str(self._broker.room_for_streams)
                ),
                "MILLIARD_TOPOLOGY_NATS_URL": self._broker.topology_url,
                "MILLIARD_TOPOLOGY_PERSONAL_NATS_URL": self._broker.topology_personal_url,
            }
        )

    def for_program(self) -> dict[str, str]:
        """No secret: a program that finds the platform as an operator's commands do."""
        return self._inherited() | self._common

    def _inherited(self, service: str | None = None) -> dict[str, str]:
        """Our own environment, without the settings of (other) services and without secrets."""
        foreign = tuple(f"MILLIARD_{other.upper()}_" for other in SERVICES if other != service)
        return {
            name: value
            for name, value in os.environ.items()
            if name not in SECRETS and not name.startswith(foreign)
        }
