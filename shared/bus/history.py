"""The history of a service's lanes: every change with its time, its reason and who made it (`lane_changes`)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import structlog

from shared.database import Database, Work

log = structlog.get_logger(__name__)

KEEP_DAYS = 90
"""A quarter: what operators compare and auditors ask for; a service adds a few hundred rows at each start."""

PRUNE_SECONDS = 3600

ITSELF = "service"
"""Who made a change that nobody asked for."""


class Change(StrEnum):
    """What may happen to a lane of a service."""

    PAUSED = "paused"
    DRAINED = "drained"
    """Paused once everything that had been published was applied."""
    RESUMED = "resumed"
    BREAKER_OPENED = "breaker_opened"
    PROBE_FAILED = "probe_failed"
    BREAKER_CLOSED = "breaker_closed"
    GAINED = "gained"
    LOST = "lost"


async def write_down(
    work: Work,
    *,
    territories: Sequence[str],
    change: Change,
    reason: str,
    by: str,
    at: datetime | None = None,
) -> None:
    """Add a change of lanes to the history, in the transaction that makes it; `at` where it happened earlier."""
    await work.execute(
        "insert into lane_changes (territory, change, reason, changed_by, changed_at)"
        " select territory, :change, :reason, :by, coalesce(cast(:at as timestamptz), clock_timestamp())"
        " from unnest(cast(:territories as text[])) as territory",
        territories=list(territories),
        change=change.value,
        reason=reason,
        by=by,
        at=at,
    )


async def forget_old(database: Database) -> None:
    """Delete, once an hour, what is older than `KEEP_DAYS`, until cancelled."""
    while True:
        try:
            async with database.begin() as work:
                await work.execute(
                    "delete from lane_changes where changed_at < now() - make_interval(days => :days)",
                    days=KEEP_DAYS,
                )
        except Exception as error:
            log.warning("lane_changes_not_pruned", service=database.service, error=type(error).__name__)
        await asyncio.sleep(PRUNE_SECONDS)
