"""One bank line over HTTP: why it did or did not find what it pays, dividing it between pledges, undoing that."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.allocation import MOST_PARTS
from services.pledges.domain.claims import LIFETIME
from services.pledges.operations.allocate_line import NamedPart, allocate_line
from services.pledges.operations.claim_payment import make_claim_link
from services.pledges.operations.undo_allocation import ask_to_undo, confirm_undoing, give_up_undoing
from services.pledges.queries.bank_line import ExplainedLine, explain_line
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["banque"])


class WantedPart(BaseModel):
    """A pledge by its reference, and its part in cents; null takes all that is left."""

    model_config = ConfigDict(extra="forbid")

    reference: Annotated[str, Field(max_length=80)]
    amount_minor: Annotated[int, Field(gt=0, le=10**15, strict=True)] | None = None


class WantedAllocation(BaseModel):
    """How to divide a line. `waiting_minor` is what was seen waiting on it: the same request twice is refused."""

    model_config = ConfigDict(extra="forbid")

    parts: Annotated[list[WantedPart], Field(min_length=1, max_length=MOST_PARTS)]
    waiting_minor: Annotated[int, Field(ge=0, le=10**15, strict=True)]
    note: Annotated[str, Field(max_length=500)] = ""


class Undoing(BaseModel):
    """Why an allocation is to be undone."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=500)]


@router.get("/lines/{line_id}", dependencies=[allow(Role.TREASURER, local_key=True)])
async def show_line(line_id: UUID, response: Response, work: Transaction) -> ExplainedLine:
    """A line, the references that were read in it, its allocations, and pledges that it may be meant for."""
    return await _answer(work, line_id, response)


@router.post("/lines/{line_id}/allocations")
async def allocate(
    line_id: UUID,
    body: WantedAllocation,
    response: Response,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> ExplainedLine:
    """Divide what waits of a suspended credit between pledges; what is left waits on."""
    await allocate_line(
        work,
        line_id,
        [NamedPart(part.reference, part.amount_minor) for part in body.parts],
        waiting_minor=body.waiting_minor,
        by=session.person_id,
        note=body.note.strip(),
    )
    return await _answer(work, line_id, response)


class ClaimLink(BaseModel):
    """A claim link, told this once: only the hash of its token is kept."""

    url: str
    days: int


@router.post("/lines/{line_id}/claim-link", status_code=201)
async def make_link(
    line_id: UUID,
    request: Request,
    response: Response,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> ClaimLink:
    """A link by which who paid says which promise it was for; an earlier one ends."""
    assert session.person_id is not None
    token = await make_claim_link(work, line_id, by=session.person_id)
    response.headers["Cache-Control"] = "no-store"
    url = f"{request.app.state.settings.public_url}/paiements/retrouver?jeton={token}"
    return ClaimLink(url=url, days=LIFETIME.days)


@router.post("/allocations/{allocation_id}/undoing")
async def ask(
    allocation_id: UUID,
    body: Undoing,
    response: Response,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> ExplainedLine:
    """First step of undoing: ask. Nothing has changed yet."""
    assert session.person_id is not None
    line_id = await ask_to_undo(work, allocation_id, by=session.person_id, reason=body.reason)
    return await _answer(work, line_id, response)


@router.delete("/allocations/{allocation_id}/undoing", dependencies=[allow(Role.TREASURER)])
async def give_up(allocation_id: UUID, response: Response, work: Transaction) -> ExplainedLine:
    """The allocation stays."""
    return await _answer(work, await give_up_undoing(work, allocation_id), response)


@router.post("/allocations/{allocation_id}/undoing/confirmation")
async def confirm(
    allocation_id: UUID, response: Response, work: Transaction, session: Session = allow(Role.TREASURER)
) -> ExplainedLine:
    """Second step: contra-entries are posted, and the amount is in suspense again."""
    assert session.person_id is not None
    return await _answer(work, await confirm_undoing(work, allocation_id, by=session.person_id), response)


async def _answer(work: Work, line_id: UUID, response: Response) -> ExplainedLine:
    explained = await explain_line(work, line_id)
    if explained is None:
        raise UserError("Aucune ligne de relevé n’existe à cette adresse.", status=404, code="line_not_found")
    response.headers["Cache-Control"] = "no-store"
    return explained
