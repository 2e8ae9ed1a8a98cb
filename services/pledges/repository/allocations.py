"""Allocations of suspended lines: added with what is left of their line, asked to be undone, undone."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.pledges.domain.allocation import AllocatedBy
from services.pledges.domain.statement import Direction
from shared.database import Work


class WaitingLine(NamedTuple):
    """A line that may wait in suspense, locked."""

    line_id: UUID
    statement_id: UUID
    fate: str
    direction: Direction
    amount_minor: int
    allocated_minor: int
    currency: str
    booked_on: date
    value_on: date
    reason: str | None
    end_to_end_id: str | None

    @property
    def waiting_minor(self) -> int:
        return self.amount_minor - self.allocated_minor


class Allocation(NamedTuple):
    """What a pledge got of a suspended line."""

    allocation_id: UUID
    line_id: UUID
    territory: str
    pledge_id: UUID
    amount_minor: int
    returned_minor: int = 0
    undo_asked_by: UUID | None = None
    is_undone: bool = False


async def lock_line(work: Work, line_id: UUID) -> WaitingLine | None:
    found = await lock_lines(work, [line_id])
    return found[0] if found else None


async def lock_lines(work: Work, line_ids: Sequence[UUID]) -> list[WaitingLine]:
    """These lines, locked in the order of their ids."""
    found = await work.execute(
        """
        select line_id, statement_id, fate, direction, amount_minor, allocated_minor, currency, booked_on, value_on,
            reason, end_to_end_id
        from bank_lines where line_id = any(cast(:ids as uuid[])) order by line_id for update
        """,
        ids=line_ids,
    )
    return [WaitingLine._make(row)._replace(direction=Direction(row.direction)) for row in found]


async def add_allocations(
    work: Work,
    allocations: Sequence[Allocation],
    *,
    matched_by: AllocatedBy,
    made_by: UUID | None = None,
    note: str | None = None,
) -> None:
    """Add allocations; what their lines have left is for the caller (`take_from_line`)."""
    if not allocations:
        return
    await work.execute(
        """
        insert into allocations (territory, allocation_id, line_id, pledge_id, amount_minor, matched_by, made_by,
            note, made_at)
        select territory, allocation_id, line_id, pledge_id, amount_minor, :matched_by, :made_by, :note, :now
        from unnest(cast(:territories as text[]), cast(:ids as uuid[]), cast(:lines as uuid[]),
            cast(:pledges as uuid[]), cast(:amounts as bigint[]))
            as given (territory, allocation_id, line_id, pledge_id, amount_minor)
        """,
        territories=[one.territory for one in allocations],
        ids=[one.allocation_id for one in allocations],
        lines=[one.line_id for one in allocations],
        pledges=[one.pledge_id for one in allocations],
        amounts=[one.amount_minor for one in allocations],
        matched_by=matched_by.value,
        made_by=made_by,
        note=note,
        now=work.now,
    )


async def take_from_line(work: Work, line_id: UUID, amount_minor: int) -> None:
    """Move an amount of a locked line out of suspense; below zero, back into it."""
    await work.execute(
        "update bank_lines set allocated_minor = allocated_minor + :amount where line_id = :id",
        id=line_id,
        amount=amount_minor,
    )


async def take_from_lines(work: Work, allocations: Sequence[Allocation]) -> None:
    """Move what was allocated out of suspense; the lines are locked."""
    await work.execute(
        """
        update bank_lines set allocated_minor = allocated_minor + taken.amount_minor
        from (
            select line_id, sum(amount_minor) as amount_minor
            from unnest(cast(:ids as uuid[]), cast(:amounts as bigint[])) as given (line_id, amount_minor)
            group by line_id
        ) as taken
        where bank_lines.line_id = taken.line_id
        """,
        ids=[one.line_id for one in allocations],
        amounts=[one.amount_minor for one in allocations],
    )


async def line_and_pledge_of(work: Work, allocation_id: UUID) -> tuple[UUID, UUID] | None:
    """The line and the pledge of an allocation: to be locked before it, as everybody does."""
    found = await work.execute(
        "select line_id, pledge_id from allocations where allocation_id = :id", id=allocation_id
    )
    row = found.one_or_none()
    return (row.line_id, row.pledge_id) if row else None


async def lock_allocation(work: Work, allocation_id: UUID) -> Allocation:
    """An allocation that exists, locked; its line and its pledge are locked before."""
    found: Any = await work.execute(
        """
        select allocation_id, line_id, territory, pledge_id, amount_minor, returned_minor, undo_asked_by,
            undone_at is not null
        from allocations where allocation_id = :id for update
        """,
        id=allocation_id,
    )
    return Allocation._make(found.one())


async def ask_undo(work: Work, allocation_id: UUID, *, by: UUID, reason: str) -> None:
    await work.execute(
        "update allocations set undo_asked_by = :by, undo_asked_at = :now, undo_reason = :reason"
        " where allocation_id = :id",
        id=allocation_id,
        by=by,
        reason=reason,
        now=work.now,
    )


async def withdraw_undo(work: Work, allocation_id: UUID) -> None:
    await work.execute(
        "update allocations set undo_asked_by = null, undo_asked_at = null, undo_reason = null"
        " where allocation_id = :id",
        id=allocation_id,
    )


async def mark_undone(work: Work, allocation_id: UUID, *, by: UUID) -> None:
    await work.execute(
        "update allocations set undone_by = :by, undone_at = :now where allocation_id = :id",
        id=allocation_id,
        by=by,
        now=work.now,
    )
