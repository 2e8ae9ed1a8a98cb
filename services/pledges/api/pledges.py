"""Promises over HTTP: make one, look at one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.operations.make_pledge import Promise, make_pledge
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["promesses"])
IdempotencyKey = Annotated[str | None, Field(min_length=16, max_length=200)]
"""Sixteen characters at least: who guessed another's key would be shown that pledge. A UUID is fine."""


class NewPledge(BaseModel):
    """A promise in cents. `idempotency_key` (or header `Idempotency-Key`), repeated: the same pledge."""

    model_config = ConfigDict(extra="forbid")

    amount_minor: Annotated[int, Field(gt=0, strict=True)]
    territory: Annotated[str, Field(min_length=2, max_length=3)]
    fund: str = "fonds-commun"
    idempotency_key: IdempotencyKey = None


class PledgeAnswer(PledgeView):
    """A pledge, and how to pay it."""

    reference_in_groups: str
    beneficiary_name: str
    beneficiary_iban: str
    url: str


@router.post("/pledges", status_code=201)
async def promise(
    body: NewPledge,
    request: Request,
    response: Response,
    work: Transaction,
    idempotency_key: Annotated[IdempotencyKey, Header()] = None,
    session: Session = anyone(),
) -> PledgeAnswer:
    """Promise an amount. Anyone may; a signed-in person's pledge is theirs."""
    settings = request.app.state.settings
    if not session.is_local_key:
        request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    view = await make_pledge(
        work,
        Promise(
            amount_minor=body.amount_minor,
            territory=body.territory.upper(),
            fund=body.fund,
            person_id=session.person_id,
            idempotency_key=idempotency_key or body.idempotency_key,
        ),
        settings=settings,
    )
    return _answer(view, request, response)


@router.get("/pledges/{pledge_id}", dependencies=[anyone()])
async def show_pledge(
    pledge_id: UUID, request: Request, response: Response, work: Transaction
) -> PledgeAnswer:
    """A pledge, for whoever knows its id: it cannot be guessed."""
    view = await pledge_by_id(work, pledge_id)
    if view is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    return _answer(view, request, response)


def _answer(view: PledgeView, request: Request, response: Response) -> PledgeAnswer:
    response.headers["Cache-Control"] = "no-store"
    settings = request.app.state.settings
    return PledgeAnswer(
        **view.model_dump(),
        reference_in_groups=view.reference_printed,
        beneficiary_name=settings.beneficiary_name,
        beneficiary_iban=settings.beneficiary_iban,
        url=f"{settings.public_url}/promesses/{view.pledge_id}",
    )
