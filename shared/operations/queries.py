"""How one service stands, from its own database."""

from typing import Any

from shared.database import Work


async def standing(work: Work, *, service: str) -> dict[str, Any]:
    """Relay backlog, parked events, breakers and pauses of a service; lanes with nothing to say are left out."""
    relay = await work.execute(
        "select count(*) as backlog, coalesce(extract(epoch from now() - min(recorded_at)), 0)::float8 as oldest"
        ", (select count(*) from refused_messages) as refused"
        " from outbox_messages where published_at is null"
    )
    backlog = relay.one()
    parked = await work.execute(
        "select territory, status, count(*) as events, min(parked_at) as since from parked_events"
        " group by territory, status order by territory, status"
    )
    breakers = await work.execute(
        "select territory, state, reason, failures, changed_at from lane_breakers"
        " where state <> 'closed' order by territory"
    )
    paused = await work.execute(
        "select substr(resource, 6) as territory, paused_because, paused_at from leases"
        " where paused_at is not null order by resource"
    )
    held = await work.execute(
        "select count(*) filter (where holder in"
        " (select replica_id from replicas where heartbeat_at > now() - interval '5 seconds')) as served,"
        " count(*) as lanes from leases where resource like 'lane:%'"
    )
    lanes = held.one()
    return {
        "service": service,
        "relay": {
            "backlog": backlog.backlog,
            "oldest_seconds": round(backlog.oldest, 1),
            "refused": backlog.refused,
        },
        "lanes": {"served": lanes.served, "known": lanes.lanes},
        "parked": [
            {
                "territory": row.territory,
                "status": row.status,
                "events": row.events,
                "since": row.since.isoformat(),
            }
            for row in parked
        ],
        "breakers": [
            {
                "territory": row.territory,
                "state": row.state,
                "reason": row.reason,
                "failures": row.failures,
                "since": row.changed_at.isoformat(),
            }
            for row in breakers
        ],
        "paused": [
            {"territory": row.territory, "because": row.paused_because, "since": row.paused_at.isoformat()}
            for row in paused
        ],
    }


async def parked_events(work: Work, *, territory: str | None, at_most: int) -> list[dict[str, Any]]:
    """Parked events, the oldest first, without their payload."""
    found = await work.execute(
        "select position, territory, event_id, key, subject, status, reason, attempts, parked_at, retry_at"
        " from parked_events where cast(:territory as text) is null or territory = :territory"
        " order by position limit :at_most",
        territory=territory,
        at_most=at_most,
    )
    return [dict(row) for row in found.mappings()]


async def parked_event(work: Work, position: int) -> dict[str, Any] | None:
    """One parked event whole. A payload of the personal account is sealed; it is shown as it is."""
    found = await work.execute(
        "select position, territory, event_id, key, subject, headers, payload, status, reason, history, attempts,"
        " parked_at, retry_at from parked_events where position = :position",
        position=position,
    )
    row = found.mappings().first()
    return {**row, "payload": row["payload"].decode(errors="replace")} if row else None
