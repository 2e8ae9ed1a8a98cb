"""What chaos acts upon: a stage with its programs, and the eyes and hands that faults have on it."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
from nats.js import JetStreamContext

from deploy.local.child import Child
from deploy.local.commands import Commands
from deploy.trials.chaos.programs import Programs
from deploy.trials.lanes import administration
from deploy.trials.stage import CHECKOUT, Stage

SERVICES = ("pledges", "ledger", "notifications")
"""Those that the money passes. The two others hear nothing of it; a stream is purged without them."""

NO_MAIL = "smtp://127.0.0.1:9"
"""Nobody leaves a contact, so no mail is ever due; the setting must be an address."""

RELAYS = ("pledges-relay-1", "pledges-relay-2")
LEDGERS = ("ledger-1", "ledger-2")


@dataclass
class Site:
    """One platform under chaos. `territories` are the lanes that the load uses."""

    stage: Stage
    territories: tuple[str, ...]
    programs: Programs = field(init=False)

    def __post_init__(self) -> None:
        stage = self.stage
        children = {child.name: child for child in stage.broker.children} | {
            "database": stage.cluster.child,
            "keeper": _keeper(stage),
            "pledges-api": stage.process("pledges", name="pledges-api", roles="api"),
            "notifications": stage.process("notifications", roles="lanes", smtp_url=NO_MAIL),
        }
        for name in RELAYS:
            children[name] = stage.process("pledges", name=name, roles="lanes,relay")
        for name in LEDGERS:
            children[name] = stage.process("ledger", name=name, roles="lanes,relay")
        self.programs = Programs(children)

    @property
    def brokers(self) -> list[str]:
        """The names of the broker's nodes."""
        return [child.name for child in self.stage.broker.children]

    def start(self) -> None:
        """Start what the stage has not started by itself."""
        for child in self.programs.children.values():
            if child.has_ended():
                child.start()

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A service's database, with the service's own rights."""
        connection = await asyncpg.connect(self.stage.cluster.app_url(service), timeout=5)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    @asynccontextmanager
    async def jetstream(self) -> AsyncIterator[JetStreamContext]:
        """The broker as the topology's user has it."""
        async with administration(self.stage) as found:
            yield found

    def a_lane(self, chance: random.Random) -> str:
        """One of the lanes that the load uses."""
        return chance.choice(self.territories)


def _keeper(stage: Stage) -> Child:
    child = Child(
        name="keeper",
        command=Commands.of_this_repository().keeper,
        log=stage.home / "logs" / "keeper.log",
        environment=stage.topology_environment(),
        folder=CHECKOUT,
    )
    stage.processes["keeper"] = child
    return child
