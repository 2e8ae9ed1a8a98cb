"""The programs under chaos, each started again a short while after it ended, as the launcher does."""

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field

import structlog

from deploy.local.child import Child

log = structlog.get_logger(__name__)

GLANCE_SECONDS = 0.05
PAUSE_SECONDS = (0.1, 1.5)
"""How long a dead program stays dead: from a supervisor that is at once there to one that has other things to do."""


class NotYet(Exception):
    """What a fault is to strike is not there, or not whole again: it is put off."""


@dataclass
class Programs:
    """What runs, by name. `chance` says how long each stays dead; it decides nothing that is counted."""

    children: dict[str, Child]
    chance: random.Random = field(default_factory=random.Random)
    restarts: int = 0

    async def keep_running(self) -> None:
        """Start again what ended, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for child in self.children.values():
                group.create_task(self._keep(child))

    async def _keep(self, child: Child) -> None:
        while True:
            await asyncio.sleep(GLANCE_SECONDS)
            if child.has_ended():
                how = child.how_it_ended
                await asyncio.sleep(self.chance.uniform(*PAUSE_SECONDS))
                child.start()
                self.restarts += 1
                log.info("program_restarted", program=child.name, after=how)

    def kill(self, name: str) -> None:
        """`kill -9` of a program with all of its processes: PostgreSQL has one for each connection."""
        pid = self._pid_of(name)
        os.killpg(pid, signal.SIGKILL)

    async def freeze(self, name: str, *, seconds: float) -> None:
        """Stop a program where it stands, and let it go on as if nothing had happened."""
        pid = self._pid_of(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(pid, signal.SIGCONT)

    def _pid_of(self, name: str) -> int:
        """The pid of a program that runs. Raises NotYet while it is dead: the dead cannot be killed."""
        child = self.children[name]
        if child.has_ended() or child.pid is None:
            raise NotYet(name)
        return child.pid
