"""Leases: which replica of a service serves which lane, and which one relays; with an epoch that fences.

A replica that stops beating loses what it held to the others within seconds, with a higher epoch; whatever it
still does under the old one is refused by the transaction that checks. Each resource is shared out evenly
among the replicas that may serve it, so that replicas with lanes of their own (`MILLIARD_LANES`) leave none out.
A paused lane keeps its holder, who holds what is in hand until it goes on.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence, Set

import structlog

from shared.bus.beats import Beats
from shared.database import Database

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
DEAD_AFTER_SECONDS = 5.0
"""Five missed beats: longer than a pause of the machine, shorter than anybody waits for a page to move."""


class Leases:
    """The leases of one replica. `on_gained(resource, epoch)` and `on_lost(resource)` follow each change, and
    `on_pauses(resources)` each beat: those that it holds and that are paused.

    `on_lost` may wait for a batch in progress: it runs beside the beat, which must not miss one for it.
    """

    def __init__(
        self,
        *,
        database: Database,
        resources: Sequence[str],
        on_gained: Callable[[str, int], Awaitable[None]],
        on_lost: Callable[[str], Awaitable[None]],
        on_pauses: Callable[[Set[str]], None],
    ) -> None:
        self.held: dict[str, int] = {}
        self._service = database.service
        self._beats = Beats(database=database, resources=resources)
        self._on_gained = on_gained
        self._on_lost = on_lost
        self._on_pauses = on_pauses
        self._leaving: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Beat, claim and share out until cancelled; a database that is away is tried again at each beat."""
        while True:
            try:
                async with asyncio.timeout(DEAD_AFTER_SECONDS):
                    await self.beat()
            except Exception as error:
                log.warning("lease_beat_failed", service=self._service, error=type(error).__name__)
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self) -> None:
        """Say that this replica lives, find out what it holds, take what is free, give back what is too much."""
        leases = {
            lease.resource: lease for lease in await self._beats.say_alive(dead_after=DEAD_AFTER_SECONDS)
        }
        servers = {resource: lease.servers for resource, lease in leases.items()}
        held = {resource: lease for resource, lease in leases.items() if lease.is_mine}
        scarce_first = sorted(servers, key=lambda resource: (servers[resource], resource))
        share = fair_share(servers)
        surplus = [resource for resource in scarce_first if resource in held][share:]
        if len(held) < share and any(lease.is_free for lease in leases.values()):
            claimed = await self._beats.claim(
                scarce_first, at_most=share - len(held), dead_after=DEAD_AFTER_SECONDS
            )
            held |= {lease.resource: lease for lease in claimed}
        await self._follow({resource: lease.epoch for resource, lease in held.items()})
        self._on_pauses({resource for resource, lease in held.items() if lease.is_paused})
        for resource in surplus:
            self._leave(resource, give_back=True)

    async def release(self) -> None:
        """Give everything back at once, so that a clean stop costs nobody the five seconds."""
        for resource in list(self.held):
            self._leave(resource, give_back=True)
        await asyncio.gather(*self._leaving.values())
        await self._beats.leave()

    async def _follow(self, held: dict[str, int]) -> None:
        for resource, epoch in list(self.held.items()):
            if held.get(resource) != epoch:
                self._leave(resource, give_back=False)
        for resource, epoch in held.items():
            if resource not in self.held and resource not in self._leaving:
                await self._on_gained(resource, epoch)
                self.held[resource] = epoch

    def _leave(self, resource: str, *, give_back: bool) -> None:
        if self.held.pop(resource, None) is not None:
            self._leaving[resource] = asyncio.create_task(self._left(resource, give_back=give_back))

    async def _left(self, resource: str, *, give_back: bool) -> None:
        """Stop serving a resource, and hand it over unless another replica has taken it."""
        try:
            await self._on_lost(resource)
            if give_back:
                await self._beats.give_back(resource)
        except Exception as error:
            log.warning("lease_not_given_back", resource=resource, error=type(error).__name__)
        finally:
            del self._leaving[resource]


def fair_share(servers: dict[str, int]) -> int:
    """How many resources a replica should hold, from how many replicas may serve each of those that it may.

    Rounded up, so that the shares of all replicas cover all resources.
    """
    return math.ceil(sum(1 / count for count in servers.values()) - 1e-9)
