"""Leases: which replica of a service serves which lane, and which one relays; with an epoch that fences.

A replica that stops beating loses what it held to the others within seconds, with a higher epoch; whatever it
still does under the old one is refused by the transaction that checks. Each resource is shared out evenly
among the replicas that may serve it, so that replicas with lanes of their own (`MILLIARD_LANES`) leave none out.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import structlog

from shared.database import Database, Work

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
DEAD_AFTER_SECONDS = 5.0
"""Five missed beats: longer than a pause of the machine, shorter than anybody waits for a page to move."""

_BEAT = """
    insert into replicas (replica_id, heartbeat_at, resources)
    values (:me, clock_timestamp(), cast(:resources as text[]))
    on conflict (replica_id) do update set heartbeat_at = excluded.heartbeat_at
"""
_SERVERS = """
    select resource, count(*) as servers from replicas, unnest(resources) as resource
    where heartbeat_at > clock_timestamp() - make_interval(secs => :dead_after)
      and resource = any(cast(:resources as text[]))
    group by resource
"""
_CLAIM = """
    update leases set holder = :me, epoch = epoch + 1, changed_at = now()
    where resource in (
        select resource from leases
        where resource = any(cast(:resources as text[])) and holder is distinct from :me
          and (holder is null or holder not in (
            select replica_id from replicas
            where heartbeat_at > clock_timestamp() - make_interval(secs => :dead_after)))
        order by array_position(cast(:resources as text[]), resource) limit :at_most for update skip locked
    )
    returning resource, epoch
"""


class Leases:
    """The leases of one replica. `on_gained(resource, epoch)` and `on_lost(resource)` follow each change.

    `on_lost` may wait for a batch in progress: it runs beside the beat, which must not miss one for it.
    """

    def __init__(
        self,
        *,
        database: Database,
        resources: Sequence[str],
        on_gained: Callable[[str, int], Awaitable[None]],
        on_lost: Callable[[str], Awaitable[None]],
    ) -> None:
        self.replica_id = uuid4()
        self.held: dict[str, int] = {}
        self._database = database
        self._resources = sorted(resources)
        self._on_gained = on_gained
        self._on_lost = on_lost
        self._is_registered = False
        self._leaving: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Beat, claim and share out until cancelled; a database that is away is tried again at each beat."""
        while True:
            try:
                await self.beat()
            except Exception as error:
                log.warning("lease_beat_failed", service=self._database.service, error=type(error).__name__)
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self) -> None:
        """Say that this replica lives, find out what it holds, take what is free, give back what is too much."""
        async with self._database.begin() as work:
            if not self._is_registered:
                await self._register(work)
            await work.execute(_BEAT, me=self.replica_id, resources=self._resources)
            found = await work.execute(_SERVERS, resources=self._resources, dead_after=DEAD_AFTER_SECONDS)
            servers = dict(found.all())
            mine = await work.execute(
                "select resource, epoch from leases"
                " where holder = :me and resource = any(cast(:resources as text[]))",
                me=self.replica_id,
                resources=self._resources,
            )
            held = dict(mine.all())
            share = fair_share(servers)
            scarce_first = sorted(self._resources, key=lambda resource: (servers[resource], resource))
            surplus = [resource for resource in scarce_first if resource in held][share:]
            if len(held) < share:
                claimed = await work.execute(
                    _CLAIM,
                    me=self.replica_id,
                    resources=scarce_first,
                    at_most=share - len(held),
                    dead_after=DEAD_AFTER_SECONDS,
                )
                held |= dict(claimed.all())
        self._is_registered = True
        await self._follow(held)
        for resource in surplus:
            self._leave(resource, give_back=True)

    async def release(self) -> None:
        """Give everything back at once, so that a clean stop costs nobody the five seconds."""
        for resource in list(self.held):
            self._leave(resource, give_back=True)
        await asyncio.gather(*self._leaving.values())
        async with self._database.begin() as work:
            await work.execute("delete from replicas where replica_id = :me", me=self.replica_id)

    async def _register(self, work: Work) -> None:
        await work.execute(
            "insert into leases (resource) select unnest(cast(:resources as text[])) on conflict do nothing",
            resources=self._resources,
        )
        await work.execute("delete from replicas where heartbeat_at < now() - interval '1 hour'")

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
                async with self._database.begin() as work:
                    await work.execute(
                        "update leases set holder = null, changed_at = now()"
                        " where holder = :me and resource = :resource",
                        me=self.replica_id,
                        resource=resource,
                    )
        except Exception as error:
            log.warning("lease_not_given_back", resource=resource, error=type(error).__name__)
        finally:
            del self._leaving[resource]


def fair_share(servers: dict[str, int]) -> int:
    """How many resources a replica should hold, from how many replicas may serve each of those that it may.

    Rounded up, so that the shares of all replicas cover all resources.
    """
    return math.ceil(sum(1 / count for count in servers.values()) - 1e-9)
