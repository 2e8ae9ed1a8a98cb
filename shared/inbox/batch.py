"""Applies one batch of a lane in one transaction: new events through their handlers, in order, once.

When an event fails, nothing of that transaction remains; a second one finds out which, by halving the batch inside
savepoints. The event is parked there and its key waits, while every other event is applied. The lane's epoch is
checked first and held (`for share`), so that a replica that lost the lane cannot write after the one that took it.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from shared.bus.handlers import CauseMissing, Handlers
from shared.database import Database, Work
from shared.events import Heard
from shared.inbox import parking
from shared.inbox.decode import Arrived, Invalid, decode
from shared.inbox.failure import is_infrastructure, reason_of

RETRY_SECONDS = (0.02, 0.1)
"""An event that failed alone is tried again twice, for what passes by itself; whatever fails again and again will
not heal in the time that a lane may wait."""

FAILURES_TRIED_AGAIN = 10
"""Of one batch. Where more fail it is no passing trouble, and their pauses together would outlast the deadline."""

SILENCE_SECONDS = 5
"""A batch that asks its database nothing for this long gives its locks back: its process was stopped, and as long
as it takes to be thought dead the next holder waits for them."""


class LaneLost(Exception):
    """Another replica serves the lane now: this batch is its business."""


class LanePaused(Exception):
    """An operator has paused the lane: this batch waits for the end of the pause."""


@dataclass
class Outcome:
    """What became of a batch."""

    applied: int = 0
    repeated: int = 0
    parked: int = 0
    parked_reasons: list[str] = field(default_factory=list)


class _EventFailed(Exception):
    """An event of the batch has failed, and the batch's transaction with it."""


_Found = dict[UUID, tuple[Arrived, Heard | Invalid]]


async def apply_batch(
    database: Database,
    *,
    resource: str,
    epoch: int,
    territory: str,
    handlers: Handlers,
    arrived: Sequence[Arrived],
) -> Outcome:
    """Apply a batch in a transaction of its own.

    Raises LaneLost, LanePaused, or an infrastructure failure, after which nothing of the batch has happened.
    """
    found: _Found = {}
    for message in arrived:
        decoded = decode(message)
        found.setdefault(decoded.id, (message, decoded))
    for sorting in (_Sorting(handlers, is_isolating=False), _Sorting(handlers, is_isolating=True)):
        with suppress(_EventFailed):
            async with database.begin() as work:
                await _hold_lane(work, resource=resource, epoch=epoch)
                return await _apply(work, found, sorting, territory=territory)
    raise AssertionError("a batch that isolates what fails does not fail by it")


async def _apply(work: Work, found: _Found, sorting: "_Sorting", *, territory: str) -> Outcome:
    fresh, waiting_keys = await _remember(work, territory=territory, ids=list(found))
    events = [decoded for id, (_, decoded) in found.items() if id in fresh]
    await sorting.apply(work, events, waiting_keys=waiting_keys)
    aside = [  # in the order of arrival
        parking.Aside(message, id, *sorting.aside[id])
        for id, (message, _) in found.items()
        if id in sorting.aside
    ]
    await parking.park(work, territory=territory, aside=aside)
    await _forget(work, ids=[one.id for one in aside])
    return Outcome(
        applied=len(fresh) - len(aside),
        repeated=len(found) - len(fresh),
        parked=len(aside),
        parked_reasons=[one.reason for one in aside if one.status != "behind"],
    )


async def _hold_lane(work: Work, *, resource: str, epoch: int) -> None:
    held = await work.execute(
        "select paused_at is not null, set_config('idle_in_transaction_session_timeout', :silence, true)"
        " from leases where resource = :resource and epoch = :epoch for share",
        silence=f"{SILENCE_SECONDS}s",
        resource=resource,
        epoch=epoch,
    )
    is_paused = held.scalar()
    if is_paused is None:
        raise LaneLost(resource)
    if is_paused:
        raise LanePaused(resource)


async def _remember(work: Work, *, territory: str, ids: list[UUID]) -> tuple[set[UUID], set[str]]:
    """Write ids into the inbox.

    Returns those that were neither heard before nor are parked, and the lane's keys that have something parked:
    their later events must park behind it.
    """
    remembered = await work.execute(
        """
        with inserted as (
            insert into inbox_messages (event_id, territory)
            select id, :territory from unnest(cast(:ids as uuid[])) as id
            where not exists (select 1 from parked_events where territory = :territory and event_id = id)
            on conflict do nothing returning event_id
        )
        select array(select event_id from inserted),
            array(select distinct key from parked_events where territory = :territory and key <> '')
        """,
        territory=territory,
        ids=ids,
    )
    fresh, waiting_keys = remembered.one()
    return set(fresh), set(waiting_keys)


async def _forget(work: Work, *, ids: list[UUID]) -> None:
    """Take back the inbox rows of what was parked: parked events are remembered where they are parked."""
    if ids:
        await work.execute("delete from inbox_messages where event_id = any(cast(:ids as uuid[]))", ids=ids)


class _Sorting:
    """Applies what can be applied, and sorts out what must be set aside: `aside` maps ids to key, status, reason."""

    def __init__(self, handlers: Handlers, *, is_isolating: bool) -> None:
        """Not `is_isolating`: the first failure raises `_EventFailed`. Healthy batches do without savepoints."""
        self.aside: dict[UUID, tuple[str, str, str]] = {}
        self._handlers = handlers
        self._is_isolating = is_isolating
        self._failed_keys: set[str] = set()
        self._again = FAILURES_TRIED_AGAIN

    async def apply(
        self, work: Work, events: Sequence[Heard | Invalid], *, waiting_keys: Collection[str]
    ) -> None:
        """Apply events in order. What is invalid only holds up what comes after it in its key."""
        held_up = set(waiting_keys)
        ready = []
        for one in events:
            if isinstance(one, Invalid):
                self.aside[one.id] = one.key, "invalid", one.reason
                held_up.add(one.key)
            elif one.event.key in held_up:
                self._set_behind(one)
            else:
                ready.append(one)
        if not self._is_isolating:
            await self._apply_whole(work, ready)
        elif len(ready) > 1:  # one of them has failed already: all together they would again
            await self._apply_halves(work, ready)
        else:
            await self._apply_run(work, ready)

    async def _apply_whole(self, work: Work, events: Sequence[Heard]) -> None:
        """Apply valid events without a savepoint: a healthy batch saves two exchanges with the database."""
        try:
            await self._handle(work, events)
        except Exception as error:
            if is_infrastructure(error):
                raise
            raise _EventFailed from error

    async def _apply_run(self, work: Work, events: Sequence[Heard]) -> None:
        """Apply valid events; on a failure halve them until the one that fails stands alone."""
        ready = []
        for one in events:
            if one.event.key in self._failed_keys:
                self._set_behind(one)
            else:
                ready.append(one)
        error = await self._attempt(work, ready) if ready else None
        if error is None:
            return
        if len(ready) > 1:
            await self._apply_halves(work, ready)
        elif error := await self._attempt_again(work, ready, error):
            status = "waiting" if isinstance(error, CauseMissing) else "failed"
            self.aside[ready[0].id] = ready[0].event.key, status, reason_of(error)
            self._failed_keys.add(ready[0].event.key)

    async def _apply_halves(self, work: Work, events: Sequence[Heard]) -> None:
        middle = len(events) // 2
        await self._apply_run(work, events[:middle])
        await self._apply_run(work, events[middle:])

    async def _handle(self, work: Work, events: Sequence[Heard]) -> None:
        """Run the handlers, and write what they record, so that what cannot be recorded fails with its event."""
        for handler, group in groupby(events, key=lambda one: self._handlers.handler_of(one.event)):
            await handler(work, list(group))
        await work.flush()

    def _set_behind(self, one: Heard) -> None:
        self.aside[one.id] = one.event.key, "behind", "waits behind an earlier event of its key"

    async def _attempt(self, work: Work, events: Sequence[Heard]) -> Exception | None:
        """Apply events inside a savepoint; returns the event's own failure, raises the infrastructure's."""
        try:
            async with work.savepoint():
                await self._handle(work, events)
        except Exception as error:
            if is_infrastructure(error):
                raise
            return error
        return None

    async def _attempt_again(self, work: Work, events: Sequence[Heard], error: Exception) -> Exception | None:
        if isinstance(error, CauseMissing) or not self._again:
            return error
        self._again -= 1
        still: Exception | None = error
        for pause in RETRY_SECONDS:
            await asyncio.sleep(pause)
            still = await self._attempt(work, events)
            if still is None or isinstance(still, CauseMissing):
                break
        return still
