"""Applies one batch of a lane in one transaction: new events through their handlers, in order, once.

An event that fails is found by halving the batch inside savepoints; it is parked in the same transaction and
its key waits, while every other event is applied. The lane's epoch is checked first and held (`for share`), so
that a replica that lost the lane cannot write after the one that took it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from shared.bus.handlers import CauseMissing, Handlers
from shared.database.work import Work
from shared.events import Heard
from shared.inbox import parking
from shared.inbox.decode import Arrived, Invalid, decode
from shared.inbox.failure import is_infrastructure, reason_of

RETRY_SECONDS = (0.02, 0.1)
"""A lone event that fails is tried again at once, for what passes by itself; whatever fails three times in a
row will not heal in the time that a lane may wait."""


class LaneLost(Exception):
    """Another replica serves the lane now: this batch is its business."""


@dataclass
class Outcome:
    """What became of a batch."""

    applied: int = 0
    repeated: int = 0
    parked: int = 0
    parked_reasons: list[str] = field(default_factory=list)


async def apply_batch(
    work: Work, *, resource: str, epoch: int, territory: str, handlers: Handlers, arrived: Sequence[Arrived]
) -> Outcome:
    """Apply a batch. Raises for infrastructure failures, after which nothing of the batch has happened."""
    await _hold_lane(work, resource=resource, epoch=epoch)
    outcome = Outcome()
    by_id: dict[UUID, Arrived] = {}
    heard: list[Heard] = []
    waiting_keys = await parking.waiting_keys(work, territory)
    for message in arrived:
        found = decode(message)
        if isinstance(found, Invalid):
            await parking.park(
                work, territory=territory, arrived=message, id=found.id, key=found.key, status="invalid",
                reason=found.reason,
            )  # fmt: skip
            waiting_keys.add(found.key)
            outcome.parked += 1
            outcome.parked_reasons.append(found.reason)
        elif found.id not in by_id:
            by_id[found.id] = message
            heard.append(found)
    waiting_keys.discard("")

    new = await _new_ones(work, territory=territory, heard=heard, waiting_keys=waiting_keys)
    outcome.repeated = len(heard) - len(new)
    behind = [one for one in new if one.event.key in waiting_keys]
    failed: list[tuple[Heard, BaseException]] = []
    await _apply(work, handlers, [one for one in new if one.event.key not in waiting_keys], failed, behind)
    for one, error in failed:
        outcome.parked_reasons.append(reason_of(error))
        await parking.park(
            work, territory=territory, arrived=by_id[one.id], id=one.id, key=one.event.key,
            status="waiting" if isinstance(error, CauseMissing) else "failed", reason=reason_of(error),
        )  # fmt: skip
    for one in sorted(behind, key=new.index):
        await parking.park(
            work, territory=territory, arrived=by_id[one.id], id=one.id, key=one.event.key, status="behind",
            reason="waits behind an earlier event of its key",
        )  # fmt: skip
    outcome.parked += len(failed) + len(behind)
    outcome.applied = len(new) - len(failed) - len(behind)
    await _remember(work, territory=territory, not_these=[one for one, _ in failed] + behind)
    return outcome


async def _hold_lane(work: Work, *, resource: str, epoch: int) -> None:
    held = await work.execute(
        "select 1 from leases where resource = :resource and epoch = :epoch for share",
        resource=resource,
        epoch=epoch,
    )
    if held.first() is None:
        raise LaneLost(resource)


async def _new_ones(work: Work, *, territory: str, heard: list[Heard], waiting_keys: set[str]) -> list[Heard]:
    """The events that were not heard before, and are not parked already."""
    inserted = await work.execute(
        "insert into inbox_messages (event_id, territory)"
        " select id, :territory from unnest(cast(:ids as uuid[])) as id"
        " on conflict do nothing returning event_id",
        territory=territory,
        ids=[one.id for one in heard],
    )
    fresh = set(inserted.scalars())
    if waiting_keys:
        fresh -= await parking.parked_ids(work, territory, [one.id for one in heard])
    return [one for one in heard if one.id in fresh]


async def _remember(work: Work, *, territory: str, not_these: list[Heard]) -> None:
    """Take back the inbox rows of what was parked: parked events are remembered where they are parked."""
    if not_these:
        await work.execute(
            "delete from inbox_messages where event_id = any(cast(:ids as uuid[]))",
            ids=[one.id for one in not_these],
        )


async def _apply(
    work: Work,
    handlers: Handlers,
    events: Sequence[Heard],
    failed: list[tuple[Heard, BaseException]],
    behind: list[Heard],
) -> None:
    """Apply events in order; what fails goes to `failed`, what stands behind it in its key to `behind`."""
    failed_keys = {one.event.key for one, _ in failed}
    if failed_keys:
        behind.extend(one for one in events if one.event.key in failed_keys)
        events = [one for one in events if one.event.key not in failed_keys]
    if not events:
        return
    error = await _attempt(work, handlers, events)
    if error is None:
        return
    if len(events) == 1:
        error = await _attempt_again(work, handlers, events, error)
        if error is not None:
            failed.append((events[0], error))
        return
    middle = len(events) // 2
    await _apply(work, handlers, events[:middle], failed, behind)
    await _apply(work, handlers, events[middle:], failed, behind)


async def _attempt(work: Work, handlers: Handlers, events: Sequence[Heard]) -> Exception | None:
    """Apply events inside a savepoint; returns the event's own failure, raises the infrastructure's."""
    try:
        async with work.savepoint():
            for handler, group in groupby(events, key=lambda one: handlers.handler_of(one.event)):
                await handler(work, list(group))
    except Exception as error:
        if is_infrastructure(error):
            raise
        return error
    return None


async def _attempt_again(
    work: Work, handlers: Handlers, events: Sequence[Heard], error: Exception
) -> Exception | None:
    still: Exception | None = error
    for pause in RETRY_SECONDS:
        if still is None or isinstance(still, CauseMissing):
            break
        await asyncio.sleep(pause)
        still = await _attempt(work, handlers, events)
    return still
