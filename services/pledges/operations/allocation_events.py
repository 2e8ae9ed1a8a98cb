"""The two events of an allocation, made or undone: what leaves suspense, and what its pledge gets."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from services.pledges.domain.allocation import AllocatedBy
from services.pledges.domain.pledge import Pledge
from services.pledges.repository.allocations import Allocation
from shared.events.pledges import AllocationReversed, PaymentAllocated, SuspenseCleared, SuspenseRestored
from shared.values import NATIONAL


class DatedLine(Protocol):
    """When the bank had the money."""

    @property
    def booked_on(self) -> date: ...

    @property
    def value_on(self) -> date: ...


def allocation_made(
    one: Allocation,
    pledge: Pledge,
    line: DatedLine,
    *,
    statement_id: UUID,
    currency: str,
    matched_by: AllocatedBy,
    made_on: date,
) -> tuple[SuspenseCleared, PaymentAllocated]:
    """What is said of an allocation, in this order."""
    moved = _moved(one, currency, made_on)
    return SuspenseCleared(territory=NATIONAL, **moved), PaymentAllocated(
        **moved,
        **_of(pledge),
        statement_id=statement_id,
        booked_on=line.booked_on,
        value_on=line.value_on,
        matched_by=matched_by,
        instrument=pledge.instrument,
    )


def allocation_undone(
    one: Allocation, pledge: Pledge, *, currency: str, made_on: date
) -> tuple[SuspenseRestored, AllocationReversed]:
    """What is said of an allocation that is undone, in this order."""
    moved = _moved(one, currency, made_on)
    return SuspenseRestored(territory=NATIONAL, **moved), AllocationReversed(**moved, **_of(pledge))


def _moved(one: Allocation, currency: str, made_on: date) -> dict[str, Any]:
    return {
        "allocation_id": one.allocation_id,
        "line_id": one.line_id,
        "amount_minor": one.amount_minor,
        "currency": currency,
        "made_on": made_on,
    }


def _of(pledge: Pledge) -> dict[str, Any]:
    return {
        "territory": pledge.territory,
        "pledge_id": pledge.pledge_id,
        "person_id": pledge.person_id,
        "fund": pledge.fund,
    }
