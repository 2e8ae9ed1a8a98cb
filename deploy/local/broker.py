"""The broker: a NATS server with JetStream, its accounts, users and permissions."""

import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import binaries
from deploy.local.child import Child
from deploy.local.configuration import write_configuration
from deploy.local.keys import Keys
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.probe import answers

SERVICES = ("members", "pledges", "projects", "notifications", "ledger")
TEMPLATE = Path(__file__).parent.parent / "nats" / "server.conf.j2"
SMALLEST_STORE_BYTES = 1 << 30  # streams reserve what they may hold: below, they would be refused

ENOUGH_FOR_STREAMS_BYTES = 4 << 30  # some 37 MiB a lane: fifty thousand events that nobody has read yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A node's place in a cluster: its name, where it listens to the others, and where all do, itself included."""

    name: str
    listen: str
    routes: tuple[str, ...]


class BrokerUsers:
    """The addresses of a broker's users, with their passwords, wherever it listens (`host:port`)."""

    def __init__(self, keys: Keys, *, address: str, monitor: str) -> None:
        self._keys = keys
        self._address = address
        self._monitor = monitor

    def url_for(self, service: str) -> str:
        """The URL of a service's user in the account of the events."""
        return self._url(user=service)

    def personal_url_for(self, service: str) -> str:
        """The URL of a service's user in the account of personal data: members and notifications only."""
        return self._url(user=f"{service}-personal")

    @property
    def topology_url(self) -> str:
        """The URL of the user who makes streams and consumers of the events."""
        return self._url(user="topology")

    @property
    def topology_personal_url(self) -> str:
        """The URL of the user who makes the stream of personal data."""
        return self._url(user="topology-personal")

    @property
    def integrator_url(self) -> str:
        """The URL of the user who hears public events only."""
        return self._url(user="integrator")

    @property
    def monitor_url(self) -> str:
        """Where the server tells its state (`/jsz`, `/varz`)."""
        return f"http://{self._monitor}"

    def password(self, user: str) -> str:
        """The password of a user of the configuration."""
        return self._keys.secret(f"nats-{user}")

    def _url(self, *, user: str) -> str:
        return f"nats://{user}:{self.password(user)}@{self._address}"


class Broker(BrokerUsers):
    """One NATS server on loopback ports that stay the same as long as this object lives.

    Events are kept in `home/nats`, passwords in `home/keys`. Use `start` and `stop`, or `with Broker(…):`.
    With a `membership` it is one node of several (`BrokerCluster`), each with a store and a log of its own.
    """

    def __init__(
        self,
        home: Path,
        runtime: Path,
        services: Sequence[str] = SERVICES,
        *,
        kept: tuple[int, ...] = (),
        membership: Membership | None = None,
    ) -> None:
        self._port, self._monitor_port = free_port(), free_port()
        super().__init__(
            Keys(home=home),
            address=f"{LOOPBACK}:{self._port}",
            monitor=f"{LOOPBACK}:{self._monitor_port}",
        )
        self._services = tuple(services)
        self._membership = membership
        name = membership.name if membership else "broker"
        self._store = home / (f"nats-{name}" if membership else "nats")
        self._configuration = runtime / (f"nats-{name}.conf" if membership else "nats.conf")
        self.child = Child(
            name=name,
            command=[binaries.nats_server(), "--config", self._configuration],
            log=home / "logs" / f"{name}.log",
            kept=kept,
        )
        self.children = [self.child]

    def start(self) -> None:
        """Start the server; returns when JetStream answers. Raises StartFailed."""
        self.begin()
        self.child.wait_until(self.is_ready)

    def begin(self) -> None:
        """Start the server; returns at once."""
        self._store.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_configuration(
            TEMPLATE,
            to=self._configuration,
            listen=self._address,
            monitor=self._monitor,
            store=self._store,
            max_file_bytes=self._half_of_the_disk(),
            services=self._services,
            password=self.password,
            membership=self._membership,
        )
        self.child.start()

    def stop(self) -> None:
        """End the server cleanly: it writes the state of every stream and consumer, which takes seconds."""
        self.child.stop()

    def throw_away(self) -> None:
        """End the server at once: for one that nobody will start again."""
        self.child.stop(end=signal.SIGKILL)

    def is_ready(self) -> bool:
        """Whether the server and its JetStream are healthy; of several, whether they agree on who leads."""
        scope = "js-server-only" if self._membership else "js-enabled-only"
        return answers(self._monitor_port, f"/healthz?{scope}=true")

    def is_whole(self) -> bool:
        """Whether every stream and consumer is there and up to date."""
        return answers(self._monitor_port, "/healthz")

    def __enter__(self) -> "Broker":
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    @property
    def room_for_streams(self) -> int:
        """What all streams together may reserve, in bytes: below what the server may store, so that none is refused."""
        self._store.mkdir(mode=0o700, parents=True, exist_ok=True)
        return min(ENOUGH_FOR_STREAMS_BYTES, self._half_of_the_disk() * 9 // 10)

    def _half_of_the_disk(self) -> int:
        """Half of what this store holds or could hold, in bytes: the other half is the database's.

        Nodes on one disk share that half.
        """
        held = sum(file.stat().st_size for file in self._store.rglob("*") if file.is_file())
        nodes = len(self._membership.routes) if self._membership else 1
        return max(SMALLEST_STORE_BYTES, (held + shutil.disk_usage(self._store).free) // 2 // nodes)
