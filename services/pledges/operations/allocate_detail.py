"""Allocates one detail of a sum to the pledge that a treasurer names: the rest of the sum waits on."""

from uuid import UUID

from services.pledges.domain.allocation import AllocationRefused
from services.pledges.domain.detailing import WHY_NOT_SENTENCES, LeftToPerson
from services.pledges.operations.allocate_line import NamedPart, allocate_line, locked
from services.pledges.repository.notified_details import DetailOutcome, open_detail, save_outcomes
from services.pledges.repository.taken_back import taken_back
from shared.database import Work


async def allocate_detail(
    work: Work, line_id: UUID, detail_id: UUID, *, reference: str, waiting_minor: int, by: UUID | None
) -> UUID:
    """The allocation of the detail's whole amount; `waiting_minor` is what the person saw waiting on the line.

    Raises AllocationRefused, or UserError for a line that does not exist.
    """
    line = await locked(work, line_id)
    detail = await open_detail(work, line_id, detail_id)
    if detail is None:
        raise AllocationRefused(
            "Cette part n’attend plus, ou n’est pas de cette ligne. Rien n’a été rapproché : relisez la ligne."
        )
    name = detail.end_to_end_id or line.end_to_end_id
    if await taken_back(work, end_to_end_ids=[name] if name else [], line_ids=[line_id]):
        raise AllocationRefused(WHY_NOT_SENTENCES[LeftToPerson.TAKEN_BACK])
    (allocation_id,) = await allocate_line(
        work, line_id, [NamedPart(reference, detail.amount_minor)], waiting_minor=waiting_minor, by=by
    )
    await save_outcomes(work, [DetailOutcome(detail_id, allocation_id=allocation_id)])
    return allocation_id
