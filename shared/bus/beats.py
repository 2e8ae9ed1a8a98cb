"""The rows behind the leases of one replica: who lives, who holds what, who takes over, who gives back.

Beats have a connection of their own: neither requests nor slow batches can make a replica look dead. Each
statement is a transaction by itself.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from shared.bus.history import Change
from shared.database import Database
from shared.database.own_connection import OwnConnection

_REGISTER = "insert into leases (resource) select unnest(cast(:resources as text[])) on conflict do nothing"
_FORGET_DEAD = "delete from replicas where heartbeat_at < now() - interval '1 hour'"

_BEAT = """
    with quick as materialized (select set_config('synchronous_commit', 'off', true)),
    beat as (
        insert into replicas (replica_id, heartbeat_at, resources)
        select cast(:me as uuid), clock_timestamp(), cast(:resources as text[]) from quick
        on conflict (replica_id) do update set heartbeat_at = excluded.heartbeat_at
    ),
    alive as (
        select replica_id, resources from replicas where replica_id <> :me
          and heartbeat_at > clock_timestamp() - make_interval(secs => :dead_after)
        union all select :me, cast(:resources as text[])
    ),
    shared as (select resource, count(*) as servers from alive, unnest(resources) as resource group by resource)
    select leases.resource, leases.epoch, leases.paused_at is not null as is_paused, shared.servers,
        leases.holder is not distinct from :me as is_mine,
        leases.holder is null or leases.holder not in (select replica_id from alive) as is_free
    from leases join shared using (resource) where leases.resource = any(cast(:resources as text[]))
"""
"""All of a beat while nothing changes, in one statement. It waits for no disk: a beat that a crash of the
database forgets is followed by the next one."""

_CLAIM = """
    with free as (
        select resource, epoch, holder from leases
        where resource = any(cast(:resources as text[])) and (holder is null or holder not in (
            select replica_id from replicas
            where heartbeat_at > clock_timestamp() - make_interval(secs => :dead_after)))
        order by array_position(cast(:resources as text[]), resource) limit :at_most for update skip locked
    ),
    taken as (
        update leases set holder = cast(:me as uuid), epoch = leases.epoch + 1, changed_at = now()
        from free where leases.resource = free.resource
        returning leases.resource, leases.epoch, leases.paused_at is not null as is_paused, free.holder as dead
    ),
    calmed as (
        update lane_breakers set state = 'closed', failures = 0, changed_at = now()
        from taken where 'lane:' || territory = resource and state <> 'closed' returning territory
    ),
    told as (
        insert into lane_changes (territory, change, reason, changed_by)
        select substr(resource, 6), change, reason, replica from (
            select resource, 1 as step, :lost as change, 'epoch ' || epoch - 1 || ', no beat' as reason,
                cast(dead as text) as replica from taken where dead is not null
            union all select resource, 2, :gained, 'epoch ' || epoch, cast(:me as text) from taken
            union all select 'lane:' || territory, 3, :breaker_closed, 'a new holder', cast(:me as text) from calmed
        ) as changes where resource like 'lane:%' order by resource, step
    )
    select resource, epoch, is_paused from taken
"""
"""A new holder begins with a closed breaker: what a dead one left on show says nothing any more."""

_GIVE_BACK = """
    with given as (
        update leases set holder = null, changed_at = now() where holder = :me and resource = :resource
        returning resource, epoch
    )
    insert into lane_changes (territory, change, reason, changed_by)
    select substr(resource, 6), :lost, 'epoch ' || epoch || ', given back', cast(cast(:me as uuid) as text)
    from given where resource like 'lane:%'
"""


class Beats:
    """What one replica says and asks about leases, on the database that all replicas of its service share."""

    def __init__(self, *, database: Database, resources: Sequence[str]) -> None:
        self.replica_id: UUID = uuid4()
        self._database = database
        self._resources = sorted(resources)
        self._is_registered = False
        self._connection = OwnConnection(database=database, purpose="leases")

    async def say_alive(self, *, dead_after: float) -> Sequence[Any]:
        """Beat. Returns a row for each resource of this replica: how it stands, and how many may serve it."""
        if not self._is_registered:
            await self._connection.rows(_REGISTER, resources=self._resources)
            await self._connection.rows(_FORGET_DEAD)
            self._is_registered = True
        return await self._connection.rows(
            _BEAT, me=self.replica_id, resources=self._resources, dead_after=dead_after
        )

    async def claim(self, resources: Sequence[str], *, at_most: int, dead_after: float) -> Sequence[Any]:
        """Take what is free, in the order given. Returns resource, epoch and `is_paused` of what was taken."""
        return await self._connection.rows(
            _CLAIM,
            me=self.replica_id,
            resources=resources,
            at_most=at_most,
            dead_after=dead_after,
            lost=Change.LOST.value,
            gained=Change.GAINED.value,
            breaker_closed=Change.BREAKER_CLOSED.value,
        )

    async def give_back(self, resource: str) -> None:
        """Free a resource, unless another replica has taken it.

        Not on the beats' connection: it waits for a batch that still holds the lease's row.
        """
        async with self._database.begin() as work:
            await work.execute(_GIVE_BACK, me=self.replica_id, resource=resource, lost=Change.LOST.value)

    async def leave(self) -> None:
        """Beat no more: what is still held is free at once."""
        try:
            await self._connection.rows("delete from replicas where replica_id = :me", me=self.replica_id)
        finally:
            await self._connection.close()
