"""Parked events: set aside in the service's own database with their error and history, until they are replayed.

Statuses: `invalid` (no handler may see it), `failed` (its handler raised), `waiting` (its cause has not come),
`behind` (an earlier event of its key is parked). Replay runs the service's own handlers in key order; it never
publishes anything again.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from shared.bus.handlers import CauseMissing, Handlers
from shared.database.work import Work
from shared.inbox.decode import Arrived, Invalid, decode
from shared.inbox.failure import is_infrastructure, reason_of, storable

FIRST_RETRY = timedelta(seconds=0.5)
LONGEST_RETRY = timedelta(seconds=30)
"""A missing cause is mostly milliseconds away on another lane; one that stays away must not cost a poll a second."""

REPLAY_AT_ONCE = 500
"""As many as a batch: a replay locks its lane just as long."""


class Aside(NamedTuple):
    """A message that cannot be applied now: the id that it is known by, its key, and why."""

    arrived: Arrived
    id: UUID
    key: str
    status: str
    reason: str


async def park(work: Work, *, territory: str, aside: Sequence[Aside]) -> None:
    """Set messages of a lane aside, in this order; the same message twice is parked once."""
    if not aside:
        return
    await work.execute(
        """
        insert into parked_events (territory, event_id, key, subject, headers, payload, status, reason, retry_at)
        select :territory, event_id, key, subject, headers, payload, status, reason,
            case when status = 'waiting' then cast(:retry_at as timestamptz) end
        from unnest(
            cast(:ids as uuid[]), cast(:keys as text[]), cast(:subjects as text[]), cast(:headers as jsonb[]),
            cast(:payloads as bytea[]), cast(:statuses as text[]), cast(:reasons as text[])
        ) with ordinality as aside (event_id, key, subject, headers, payload, status, reason, place)
        order by place
        on conflict (territory, event_id) do nothing
        """,
        territory=territory,
        retry_at=work.now + FIRST_RETRY,
        ids=[one.id for one in aside],
        keys=[one.key for one in aside],
        subjects=[storable(one.arrived.subject) for one in aside],
        headers=[_storable_headers(one.arrived) for one in aside],
        payloads=[one.arrived.payload for one in aside],
        statuses=[one.status for one in aside],
        reasons=[storable(one.reason) for one in aside],
    )


def _storable_headers(arrived: Arrived) -> str:
    return json.dumps({storable(name): storable(value) for name, value in arrived.headers.items()})


class Waiting(NamedTuple):
    """The first parked event of a key that waits for its cause: since when, and when it is due again."""

    territory: str
    key: str
    retry_at: datetime
    parked_at: datetime


async def what_waits(work: Work, *, territories: Sequence[str], at_most: int) -> list[Waiting]:
    """The keys of these lanes that wait for their cause, the longest due first."""
    found = await work.execute(
        "select territory, key, min(retry_at), min(parked_at) from parked_events"
        " where retry_at is not null and territory = any(cast(:territories as text[]))"
        " group by territory, key order by min(retry_at) limit :at_most",
        territories=list(territories),
        at_most=at_most,
    )
    return [Waiting(*row) for row in found]


async def replay_key(
    work: Work, *, resource: str, epoch: int | None, territory: str, key: str, handlers: Handlers
) -> tuple[int, str | None]:
    """Apply the parked events of one key in order, until one fails again.

    The lane's row is locked first: no batch of the lane runs meanwhile. Returns how many were applied, and why
    it stopped (None when nothing is left). `epoch` is None when an operator replays: then all at once, while a
    lane takes `REPLAY_AT_ONCE` and comes back for the rest.
    """
    if epoch is not None and await _lock_lane(work, resource) != epoch:
        return 0, "another replica serves the lane"
    if epoch is None:
        await _lock_lane(work, resource)
    rows = await work.execute(
        "select position, subject, headers, payload, event_id, attempts from parked_events"
        " where territory = :territory and key = :key order by position limit :at_most for update",
        territory=territory,
        key=key,
        at_most=None if epoch is None else REPLAY_AT_ONCE,
    )
    applied = 0
    for row in rows.all():
        stopped = await _replay_one(work, handlers, row, territory=territory)
        if stopped is not None:
            return applied, stopped
        await work.execute("delete from parked_events where position = :position", position=row.position)
        applied += 1
    await _free_next(work, territory=territory, key=key)
    return applied, None


async def _lock_lane(work: Work, resource: str) -> int | None:
    lane = await work.execute(
        "select epoch from leases where resource = :resource for update", resource=resource
    )
    epoch: int | None = lane.scalar()
    return epoch


async def _free_next(work: Work, *, territory: str, key: str) -> None:
    """Make the first event that is left of a key due, unless it needs an operator itself."""
    await work.execute(
        "update parked_events set retry_at = :now where status in ('behind', 'waiting') and position ="
        " (select min(position) from parked_events where territory = :territory and key = :key and key <> '')",
        now=work.now,
        territory=territory,
        key=key,
    )


async def _replay_one(work: Work, handlers: Handlers, row: Any, *, territory: str) -> str | None:
    """Apply one parked event, unless the inbox has it; on failure say why, in its row's history too."""
    found = decode(
        Arrived(subject=row.subject, headers=row.headers, payload=row.payload, stream="", sequence=0)
    )
    if isinstance(found, Invalid):
        await _note_failure(work, row=row, status="invalid", reason=found.reason)
        return found.reason
    try:
        async with work.savepoint():
            inserted = await work.execute(
                "insert into inbox_messages (event_id, territory) values (:id, :territory)"
                " on conflict do nothing returning event_id",
                id=found.id,
                territory=territory,
            )
            if inserted.first() is not None:
                await handlers.handler_of(found.event)(work, [found])
                await work.flush()
    except Exception as error:
        if is_infrastructure(error):
            raise
        status = "waiting" if isinstance(error, CauseMissing) else "failed"
        await _note_failure(work, row=row, status=status, reason=reason_of(error))
        return reason_of(error)
    return None


async def _note_failure(work: Work, *, row: Any, status: str, reason: str) -> None:
    pause = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(row.attempts, 10))
    await work.execute(
        "update parked_events set status = :status, reason = :reason, attempts = attempts + 1,"
        " retry_at = :retry_at,"
        " history = history || jsonb_build_object('at', cast(:now as text), 'reason', cast(:reason as text))"
        " where position = :position",
        position=row.position,
        status=status,
        reason=storable(reason),
        now=work.now.isoformat(),
        retry_at=work.now + pause if status == "waiting" else None,
    )


async def discard(work: Work, *, position: int, because: str, by: str) -> None:
    """Put a parked event aside for good: kept with the reason, remembered by the inbox, its key freed of it."""
    found = await work.execute(
        "select territory, key from parked_events where position = :position", position=position
    )
    territory, key = found.one()
    await _lock_lane(work, f"lane:{territory}")
    await work.execute(
        "with gone as (delete from parked_events where position = :position returning *),"
        " known as (insert into inbox_messages (event_id, territory) select event_id, territory from gone"
        "  on conflict do nothing)"
        " insert into discarded_events (territory, event_id, key, subject, headers, payload, reason,"
        "  discarded_because, discarded_by)"
        " select territory, event_id, key, subject, headers, payload, reason, :because, :by from gone",
        position=position,
        because=because,
        by=by,
    )
    await _free_next(work, territory=territory, key=key)
