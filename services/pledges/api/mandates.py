"""Mandates over HTTP: read the text, sign, look, cancel."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.mandate import Rhythm, Source
from services.pledges.operations.cancel_mandate import cancel_mandate
from services.pledges.operations.sign_mandate import MandateTerms, present_text, sign_mandate
from services.pledges.queries.mandates import (
    HeldMandateView,
    MandateView,
    find_mandates,
    mandates_of_pledge,
)
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from shared.database import Work
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["prélèvements"])


class PresentMandateText(BaseModel):
    """The text that is signed now; `digest` goes into a signature and proves that this text was read."""

    version: int
    text: str
    digest: str


class NewMandate(BaseModel):
    """A mandate to sign. `amount_minor` (cents) and `day` (1 to 25) are for a monthly one."""

    model_config = ConfigDict(extra="forbid")

    holder_name: Annotated[str, Field(min_length=1, max_length=70)]
    iban: Annotated[str, Field(min_length=5, max_length=60)]
    rhythm: Rhythm
    amount_minor: Annotated[int, Field(gt=0, le=10**12, strict=True)] | None = None
    day: Annotated[int, Field(ge=1, le=25, strict=True)] | None = None
    text_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Cancellation(BaseModel):
    """Why something is cancelled."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/mandate-text", dependencies=[anyone()])
async def show_text(request: Request) -> PresentMandateText:
    """What a saver agrees to."""
    text = present_text(request.app.state.settings)
    return PresentMandateText(version=text.version, text=text.text, digest=text.digest)


@router.post("/pledges/{pledge_id}/mandates", status_code=201, dependencies=[anyone()])
async def sign(
    pledge_id: UUID, body: NewMandate, request: Request, response: Response, work: Transaction
) -> MandateView:
    """Sign a mandate for a pledge. Whoever knows the pledge's id may, as on its page."""
    terms = MandateTerms(**body.model_dump())
    pledge = await _pledge(work, pledge_id)
    signed = await sign_mandate(work, pledge, terms, source=Source.API, settings=request.app.state.settings)
    response.headers["Cache-Control"] = "no-store"
    return next(one for one in await mandates_of_pledge(work, pledge_id) if one.mandate_id == signed)


@router.get("/pledges/{pledge_id}/mandates", dependencies=[anyone()])
async def list_mandates(pledge_id: UUID, response: Response, work: Transaction) -> list[MandateView]:
    """The mandates of a pledge, the newest first, for whoever knows its id; accounts are masked."""
    await _pledge(work, pledge_id)
    response.headers["Cache-Control"] = "no-store"
    return await mandates_of_pledge(work, pledge_id)


@router.delete("/pledges/{pledge_id}/mandates/{mandate_id}", status_code=204, dependencies=[anyone()])
async def cancel(pledge_id: UUID, mandate_id: UUID, work: Transaction) -> None:
    """Cancel a pledge's mandate, and what was announced under it."""
    await cancel_mandate(work, mandate_id, pledge_id=pledge_id)


@router.get("/mandates", dependencies=[allow(Role.TREASURER, local_key=True)])
async def search_mandates(
    response: Response,
    work: Transaction,
    reference: Annotated[str | None, Query(max_length=80, description="Du mandat ou de la promesse")] = None,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> list[HeldMandateView]:
    """Mandates of a reference, or all of them, the newest first."""
    response.headers["Cache-Control"] = "no-store"
    return await find_mandates(work, reference=reference, offset=offset)


@router.post("/mandates/{mandate_id}/cancellation", status_code=204)
async def cancel_for_saver(
    mandate_id: UUID,
    body: Cancellation,
    work: Transaction,
    session: Session = allow(Role.TREASURER, local_key=True),
) -> None:
    """Cancel a mandate for its saver."""
    await cancel_mandate(work, mandate_id, by=session.person_id, reason=body.reason)


async def _pledge(work: Work, pledge_id: UUID) -> PledgeView:
    pledge = await pledge_by_id(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    return pledge
