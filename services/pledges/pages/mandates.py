"""Mandates at the bank desk: find one, cancel one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.operations.cancel_mandate import cancel_mandate
from services.pledges.queries.mandates import PAGE_MANDATES, find_mandates
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")


@router.get("/banque/mandats", dependencies=[allow(Role.TREASURER)])
async def show_mandates(
    request: Request,
    work: Transaction,
    reference: Annotated[str, Query(max_length=80)] = "",
    debut: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:
    """The newest mandates, or those of a reference: a mandate's own, or its promise's."""
    found = await find_mandates(work, reference=reference, offset=debut)
    return templates.render(
        request,
        "mandates.html",
        headers={"Cache-Control": "no-store"},
        mandates=found,
        values={"reference": reference},
        today=work.today,
        start=debut,
        page_mandates=PAGE_MANDATES,
    )


@router.post("/banque/mandats/{mandate_id}/annulation")
async def cancel(
    mandate_id: UUID,
    work: Transaction,
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Cancel a mandate for its saver, with the reason."""
    await cancel_mandate(work, mandate_id, by=session.person_id, reason=reason)
    return RedirectResponse("/banque/mandats", status_code=303)
