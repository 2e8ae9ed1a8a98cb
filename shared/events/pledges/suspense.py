"""What leaves suspense later, by allocations.

Two events each: one for the national lane that had it, one for the territory that gets it.
"""

from datetime import date
from uuid import UUID

from shared.events.contract import AmountMinor, CurrencyCode, Event


class SuspenseEvent(Event):
    """What every event about money that leaves suspense, or comes back to it, says.

    `made_on` is the day when it was decided.
    """

    allocation_id: UUID
    line_id: UUID
    amount_minor: AmountMinor
    currency: CurrencyCode
    made_on: date


class SuspenseCleared(SuspenseEvent, publisher="pledges"):
    """A part or all of a suspended credit has found its pledge, national lane: it leaves suspense (471)."""

    @property
    def key(self) -> str:
        return str(self.line_id)


class SuspenseRestored(SuspenseEvent, publisher="pledges"):
    """An allocation was undone, national lane: its amount is in suspense again."""

    @property
    def key(self) -> str:
        return str(self.line_id)


class PaymentAllocated(SuspenseEvent, publisher="pledges"):
    """A pledge receives a part or all of a credit that was in suspense.

    `statement_id` and the dates are those of its bank line.
    """

    statement_id: UUID
    booked_on: date
    value_on: date
    pledge_id: UUID
    person_id: UUID
    fund: str
    matched_by: str
    instrument: str = "gift"

    @property
    def key(self) -> str:
        return str(self.pledge_id)


class AllocationReversed(SuspenseEvent, publisher="pledges"):
    """An allocation was undone: the pledge has not received it."""

    pledge_id: UUID
    person_id: UUID
    fund: str

    @property
    def key(self) -> str:
        return str(self.pledge_id)
