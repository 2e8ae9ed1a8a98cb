"""Cancels a mandate, for the saver or a treasurer or with its pledge, and the collections announced under it."""

from datetime import date
from uuid import UUID

from services.pledges.domain.mandate import MandateNotOpen
from services.pledges.repository.debit_batches import cancel_announced
from services.pledges.repository.mandates import close_mandate, close_mandates_of, close_unusable_mandates
from shared.database import Work


async def cancel_mandate(
    work: Work,
    mandate_id: UUID,
    *,
    pledge_id: UUID | None = None,
    by: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Cancel a mandate, of this pledge where one is given: whoever knows a pledge may not touch others' mandates.

    Raises MandateNotOpen.
    """
    if not await close_mandate(work, mandate_id, pledge_id=pledge_id, by=by, reason=reason):
        raise MandateNotOpen
    await cancel_announced(work, mandate_ids=[mandate_id])


async def cancel_mandate_of(work: Work, pledge_id: UUID) -> None:
    """Cancel the open mandate of a pledge that is locked and being cancelled, if it has one."""
    closed = await close_mandates_of(work, pledge_id, reason="La promesse a été annulée.")
    await cancel_announced(work, mandate_ids=closed)


async def make_room_for_mandate(work: Work, pledge_id: UUID, *, creditor_id: str, on: date) -> None:
    """Cancel the mandate of a locked pledge if it has lapsed or is of another creditor identifier."""
    closed = await close_unusable_mandates(
        work,
        pledge_id,
        creditor_id=creditor_id,
        on=on,
        reason="Il ne pouvait plus servir : un autre est signé.",
    )
    await cancel_announced(work, mandate_ids=closed)
