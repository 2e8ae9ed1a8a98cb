"""How the lanes of one service stand: from its own database, and what the broker still holds for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from shared.bus.leases import DEAD_AFTER_SECONDS
from shared.bus.topology import PERSONAL_STREAM, stream_of
from shared.database import Work
from shared.values import lanes as territories

if TYPE_CHECKING:
    from shared.runtime.service import Service

ANSWER_SECONDS = 2.0
ASKED_AT_ONCE = 32
"""The broker answers each in well under a millisecond; all lanes of a service take some 50 ms."""

_STANDING = """
    select lane, lease.paused_at, lease.paused_because, lease.epoch, lease.changed_at, replica.replica_id,
        breaker.state as breaker, breaker.reason, breaker.changed_at as breaker_since,
        breaker.probes_at <= now() as is_probing, coalesce(parked.events, 0) as parked,
        coalesce(outbox.events, 0) as to_publish, outbox.since as to_publish_since, now() as at
    from unnest(cast(:lanes as text[])) as lane
    left join leases as lease on lease.resource = 'lane:' || lane
    left join replicas as replica on replica.replica_id = lease.holder
        and replica.heartbeat_at > now() - make_interval(secs => :dead_after)
    left join lane_breakers as breaker on breaker.territory = lane and breaker.state <> 'closed'
    left join (select territory, count(*) as events from parked_events group by territory) as parked
        on parked.territory = lane
    left join (select lane, count(*) as events, min(recorded_at) as since from outbox_messages
        where published_at is null group by lane) as outbox using (lane)
    order by lane
"""


def lanes_of(service: "Service") -> tuple[str, ...]:
    """Every lane that a service hears: the territories', and the personal stream where it hears that."""
    personal = (PERSONAL_STREAM,) if service.personal_handlers is not None else ()
    return territories() + personal


async def standing_of_lanes(
    work: Work, service: "Service", *, asked: Sequence[str], every: bool
) -> dict[str, Any]:
    """The lanes that were asked for, else those with something to say (or every one); how many others are quiet.

    Only of the lanes that are told the broker is asked for what it still holds (`waiting`; None: not known).
    """
    known = lanes_of(service)
    found = await work.execute(_STANDING, lanes=list(asked or known), dead_after=DEAD_AFTER_SECONDS)
    rows = [_told(row) for row in found]
    told = [row for row in rows if asked or every or row["state"] != "serving" or row["parked"]]
    held = await _held_by_the_broker(service, [row["lane"] for row in told])
    return {
        "service": service.name,
        "at": (await work.execute("select clock_timestamp()")).scalar(),
        "lanes": [{**row, **held[row["lane"]]} for row in told],
        "quiet": len(rows) - len(told),
    }


async def history(work: Work, *, lane: str | None, with_leases: bool, at_most: int) -> list[dict[str, Any]]:
    """The newest changes of all lanes or of one, the newest first; changes of hands only where they are asked for."""
    found = await work.execute(
        "select territory as lane, changed_at as at, change, reason, changed_by as by from lane_changes"
        " where (cast(:lane as text) is null or territory = :lane)"
        " and (:with_leases or change not in ('gained', 'lost')) order by position desc limit :at_most",
        lane=lane,
        with_leases=with_leases,
        at_most=at_most,
    )
    return [dict(row) for row in found.mappings()]


def _told(row: Any) -> dict[str, Any]:
    state, since, reason = _state(row)
    return {
        "lane": row.lane,
        "state": state,
        "since": since,
        "reason": reason,
        "epoch": row.epoch,
        "replica": row.replica_id,
        "parked": row.parked,
        "to_publish": row.to_publish,
        "to_publish_since": row.to_publish_since,
    }


def _state(row: Any) -> tuple[str, datetime | None, str]:
    """State, since when, why. A pause is said before all else: it is somebody's will."""
    if row.paused_at is not None:
        return "paused", row.paused_at, row.paused_because
    if row.replica_id is None:
        return "unserved", row.changed_at, ""
    if row.breaker is not None:
        return "half_open" if row.is_probing else "open", row.breaker_since, row.reason
    return "serving", row.changed_at, ""


async def _held_by_the_broker(service: "Service", lanes: Sequence[str]) -> dict[str, dict[str, Any]]:
    places = asyncio.Semaphore(ASKED_AT_ONCE)

    async def ask(lane: str) -> dict[str, Any]:
        async with places:
            return await _consumer(service, lane)

    return dict(zip(lanes, await asyncio.gather(*(ask(lane) for lane in lanes)), strict=True))


async def _consumer(service: "Service", lane: str) -> dict[str, Any]:
    """What a lane's consumer says: not delivered, delivered and not acknowledged, acknowledged up to."""
    is_personal = lane == PERSONAL_STREAM
    client = service.personal if is_personal else service.bus
    unknown = {"waiting": None, "unacknowledged": None, "acknowledged_up_to": None}
    if client is None or not client.is_connected:
        return unknown
    try:
        stream = PERSONAL_STREAM if is_personal else stream_of(lane)
        info = await client.jetstream(timeout=ANSWER_SECONDS).consumer_info(stream, service.name)
    except (NatsError, JetStreamError, TimeoutError):
        return unknown
    return {
        "waiting": (info.num_pending or 0) + (info.num_ack_pending or 0),
        "unacknowledged": info.num_ack_pending,
        "acknowledged_up_to": info.ack_floor.stream_seq if info.ack_floor else 0,
    }
