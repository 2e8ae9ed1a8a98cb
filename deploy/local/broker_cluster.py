"""A broker of several nodes on this machine: streams have copies on each, so that one may die."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.broker import Broker, Membership
from deploy.local.child import Child
from deploy.local.ports import LOOPBACK, free_port


class BrokerCluster:
    """As many NATS servers as `nodes` (an odd number: a majority must agree), with the accounts of one `Broker`.

    Each address names all of them, comma-separated: a client goes to the next one when its node dies.
    """

    def __init__(self, home: Path, runtime: Path, *, nodes: int = 3) -> None:
        routes = tuple(f"{LOOPBACK}:{free_port()}" for _ in range(nodes))
        self.nodes = [
            Broker(
                home,
                runtime,
                membership=Membership(name=f"broker-{number}", listen=listen, routes=routes),
            )
            for number, listen in enumerate(routes, start=1)
        ]

    @property
    def children(self) -> list[Child]:
        """The server of each node."""
        return [node.child for node in self.nodes]

    def start(self) -> None:
        """Start all nodes; returns when they have agreed on a leader. Raises StartFailed."""
        for node in self.nodes:
            node.begin()
        for node in self.nodes:
            node.child.wait_until(node.is_ready)

    def stop(self) -> None:
        """End all nodes cleanly, side by side."""
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda node: node.stop(), self.nodes))

    def throw_away(self) -> None:
        """End all nodes at once: for a cluster that nobody will start again."""
        for node in self.nodes:
            node.throw_away()

    def is_ready(self) -> bool:
        """Whether every node is healthy and follows the leader."""
        return all(node.is_ready() for node in self.nodes)

    def is_whole(self) -> bool:
        """Whether every node has caught up with all that the others have: one may die now."""
        return all(node.is_whole() for node in self.nodes)

    def url_for(self, service: str) -> str:
        """The addresses of a service's user in the account of the events."""
        return ",".join(node.url_for(service) for node in self.nodes)

    def personal_url_for(self, service: str) -> str:
        """The addresses of a service's user in the account of personal data: members and notifications only."""
        return ",".join(node.personal_url_for(service) for node in self.nodes)

    @property
    def topology_url(self) -> str:
        """The addresses of the user who makes streams and consumers of the events."""
        return ",".join(node.topology_url for node in self.nodes)

    @property
    def topology_personal_url(self) -> str:
        """The addresses of the user who makes the stream of personal data."""
        return ",".join(node.topology_personal_url for node in self.nodes)

    @property
    def integrator_url(self) -> str:
        """The addresses of the user who hears public events only."""
        return ",".join(node.integrator_url for node in self.nodes)

    @property
    def monitor_url(self) -> str:
        """Where the first node tells its state."""
        return self.nodes[0].monitor_url

    @property
    def room_for_streams(self) -> int:
        """What all streams together may reserve on each node, in bytes."""
        return min(node.room_for_streams for node in self.nodes)
