"""One bank line: why it did or did not find what it pays, dividing it between pledges, and undoing that."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.allocation import AllocationRefused
from services.pledges.domain.amounts import cents_from
from services.pledges.domain.claims import LIFETIME
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.operations.allocate_line import NamedPart, allocate_line
from services.pledges.operations.claim_payment import make_claim_link
from services.pledges.operations.undo_allocation import ask_to_undo, confirm_undoing, give_up_undoing
from services.pledges.queries.bank_line import MOST_ALLOCATIONS, ExplainedLine, explain_line
from services.pledges.queries.line_details import PAGE_DETAILS, line_details
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store"}
PARTS = 5
"""Pledges that the form has room for; a longer list is divided in several times."""


@router.get("/banque/lignes/{line_id}", dependencies=[allow(Role.TREASURER)])
async def show_line(
    line_id: UUID, request: Request, work: Transaction, debut: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> Response:
    """Everything about a line, what it is made of from `debut` on."""
    return await line_page(request, work, line_id, start=debut)


@router.post("/banque/lignes/{line_id}/rapprocher")
async def allocate(
    line_id: UUID,
    request: Request,
    work: Transaction,
    attente: Annotated[int, Form(ge=0, le=10**15)],
    note: Annotated[str, Form(max_length=500)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Divide what waits of a line between the pledges of the form; a refusal shows the form again as it was typed."""
    values = {name: str(value)[:80] for name, value in (await request.form()).items()}
    try:
        parts = _parts(values)
        async with work.savepoint():
            await allocate_line(
                work, line_id, parts, waiting_minor=attente, by=session.person_id, note=note.strip()
            )
    except (AllocationRefused, PledgeRefused) as refusal:
        return await line_page(request, work, line_id, values=values | {"note": note}, refused=str(refusal))
    return RedirectResponse(f"/banque/lignes/{line_id}", status_code=303)


@router.post("/banque/lignes/{line_id}/lien")
async def make_link(
    line_id: UUID, request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """A claim link for who paid, shown this once: only the hash of its token is kept."""
    assert session.person_id is not None
    token = await make_claim_link(work, line_id, by=session.person_id)
    address = f"{request.app.state.settings.public_url}/paiements/retrouver?jeton={token}"
    return await line_page(request, work, line_id, claim_link=address)


@router.post("/banque/rapprochements/{allocation_id}/annuler")
async def ask(
    allocation_id: UUID,
    work: Transaction,
    raison: Annotated[str, Form(max_length=500)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """First step: ask, with a reason. Nothing has changed yet."""
    assert session.person_id is not None
    return _back(await ask_to_undo(work, allocation_id, by=session.person_id, reason=raison))


@router.post("/banque/rapprochements/{allocation_id}/annuler/abandon", dependencies=[allow(Role.TREASURER)])
async def give_up(allocation_id: UUID, work: Transaction) -> Response:
    """It stays as it is."""
    return _back(await give_up_undoing(work, allocation_id))


@router.post("/banque/rapprochements/{allocation_id}/annuler/confirmation")
async def confirm(
    allocation_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Second step: the amount is in suspense again."""
    assert session.person_id is not None
    return _back(await confirm_undoing(work, allocation_id, by=session.person_id))


def _parts(values: dict[str, str]) -> list[NamedPart]:
    """The rows of the form that are filled in. Raises PledgeRefused for an amount that is none."""
    rows = [
        (values.get(f"reference_{row}", "").strip(), values.get(f"montant_{row}", "").strip())
        for row in range(1, PARTS + 1)
    ]
    return [
        NamedPart(reference, cents_from(amount) if amount else None)
        for reference, amount in rows
        if reference or amount
    ]


async def _explained(work: Work, line_id: UUID) -> ExplainedLine:
    explained = await explain_line(work, line_id)
    if explained is None:
        raise UserError("Aucune ligne de relevé n’existe à cette adresse.", status=404, code="line_not_found")
    return explained


async def line_page(
    request: Request,
    work: Work,
    line_id: UUID,
    *,
    start: int = 0,
    values: dict[str, str] | None = None,
    refused: str = "",
    claim_link: str = "",
) -> Response:
    """The page of a line. Raises UserError (404)."""
    explained = await _explained(work, line_id)
    return templates.render(
        request,
        "bank_line.html",
        status_code=422 if refused else 200,
        headers=PRIVATE,
        explained=explained,
        line=explained.line,
        made_of=await line_details(work, line_id, offset=start),
        start=start,
        page_details=PAGE_DETAILS,
        most_allocations=MOST_ALLOCATIONS,
        values=values or {},
        refused=refused,
        rows=range(1, PARTS + 1),
        claim_link=claim_link,
        claim_days=LIFETIME.days,
    )


def _back(line_id: UUID) -> Response:
    return RedirectResponse(f"/banque/lignes/{line_id}", status_code=303)
