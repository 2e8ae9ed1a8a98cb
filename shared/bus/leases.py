"""Leases: which replica of a service serves which lane, and which one relays; with an epoch that fences.

A replica that stops beating loses what it held to the others within seconds, with a higher epoch; whatever it
still does under the old one is refused by the transaction that checks. Lanes are shared out evenly.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import structlog

from shared.database import Database

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
DEAD_AFTER_SECONDS = 5.0
"""Five missed beats: longer than a pause of the machine, shorter than anybody waits for a page to move."""

_CLAIM = """
    update leases set holder = :me, epoch = epoch + 1, changed_at = now()
    where resource in (
        select resource from leases
        where resource = any(cast(:resources as text[])) and holder is distinct from :me
          and (holder is null or holder not in (select replica_id from replicas where heartbeat_at > :alive_since))
        order by resource limit :at_most for update skip locked
    )
    returning resource, epoch
"""


class Leases:
    """The leases of one replica. `on_gained(resource, epoch)` and `on_lost(resource)` follow each change."""

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
        self._resources = list(resources)
        self._on_gained = on_gained
        self._on_lost = on_lost
        self._is_registered = False

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
            parameters = {"me": self.replica_id, "resources": self._resources}
            if not self._is_registered:
                await work.execute(
                    "insert into leases (resource) select unnest(cast(:resources as text[])) on conflict do nothing",
                    resources=self._resources,
                )
                await work.execute("delete from replicas where heartbeat_at < now() - interval '1 hour'")
            await work.execute(
                "insert into replicas (replica_id, heartbeat_at) values (:me, clock_timestamp())"
                " on conflict (replica_id) do update set heartbeat_at = excluded.heartbeat_at",
                me=self.replica_id,
            )
            found = await work.execute(
                "select clock_timestamp() - make_interval(secs => :dead_after) as alive_since,"
                " (select count(*) from replicas where heartbeat_at >"
                "  clock_timestamp() - make_interval(secs => :dead_after)) as living",
                dead_after=DEAD_AFTER_SECONDS,
            )
            alive_since, living = found.one()
            mine = await work.execute(
                "select resource, epoch from leases"
                " where holder = :me and resource = any(cast(:resources as text[]))",
                **parameters,
            )
            held = dict(mine.all())
            share = -(-len(self._resources) // max(living, 1))
            surplus = sorted(held)[share:]
            if len(held) < share:
                claimed = await work.execute(
                    _CLAIM, alive_since=alive_since, at_most=share - len(held), **parameters
                )
                held |= dict(claimed.all())
        self._is_registered = True
        await self._follow(held)
        for resource in surplus:
            await self._give_back([resource])

    async def release(self) -> None:
        """Give everything back at once, so that a clean stop costs nobody the five seconds."""
        await self._give_back(list(self.held))
        async with self._database.begin() as work:
            await work.execute("delete from replicas where replica_id = :me", me=self.replica_id)

    async def _follow(self, held: dict[str, int]) -> None:
        lost = [resource for resource, epoch in self.held.items() if held.get(resource) != epoch]
        for resource in lost:
            del self.held[resource]
            await self._on_lost(resource)
        gained = {resource: epoch for resource, epoch in held.items() if resource not in self.held}
        self.held |= gained
        await asyncio.gather(*(self._on_gained(resource, epoch) for resource, epoch in gained.items()))

    async def _give_back(self, resources: list[str]) -> None:
        if not resources:
            return
        for resource in resources:
            if self.held.pop(resource, None) is not None:
                await self._on_lost(resource)
        async with self._database.begin() as work:
            await work.execute(
                "update leases set holder = null, changed_at = now()"
                " where holder = :me and resource = any(cast(:resources as text[]))",
                me=self.replica_id,
                resources=resources,
            )
