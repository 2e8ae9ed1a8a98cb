"""What a line is made of, by the bank's notification: saying which one, and allocating its parts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.allocation import AllocationRefused
from services.pledges.operations.allocate_detail import allocate_detail
from services.pledges.operations.detail_lumps import detail_line
from services.pledges.pages.bank_line import line_page
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter()


@router.post("/banque/lignes/{line_id}/avis", dependencies=[allow(Role.TREASURER)])
async def choose_entry(
    line_id: UUID, request: Request, work: Transaction, ecriture: Annotated[UUID, Form()]
) -> Response:
    """A notified entry details this line; what its details name is allocated."""
    try:
        async with work.savepoint():
            await detail_line(work, line_id, ecriture)
    except AllocationRefused as refusal:
        return await line_page(request, work, line_id, refused=str(refusal))
    return RedirectResponse(f"/banque/lignes/{line_id}", status_code=303)


@router.post("/banque/lignes/{line_id}/details/{detail_id}/rapprocher")
async def allocate(
    line_id: UUID,
    detail_id: UUID,
    request: Request,
    work: Transaction,
    attente: Annotated[int, Form(ge=0, le=10**15)],
    reference: Annotated[str, Form(max_length=80)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Allocate a detail to the pledge with this reference."""
    try:
        async with work.savepoint():
            await allocate_detail(
                work,
                line_id,
                detail_id,
                reference=reference,
                waiting_minor=attente,
                by=session.person_id,
            )
    except AllocationRefused as refusal:
        return await line_page(request, work, line_id, refused=str(refusal))
    return RedirectResponse(f"/banque/lignes/{line_id}", status_code=303)
