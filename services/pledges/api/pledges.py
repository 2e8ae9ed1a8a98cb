"""Promises over HTTP: make one, look at one, find some."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.pledge import PledgeState
from services.pledges.domain.references import normalise
from services.pledges.operations.make_pledge import Promise, make_pledge
from services.pledges.queries.finding_pledges import Place, Wanted, find_pledges
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from shared.identity import Role, Session, allow, anyone
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


class PledgesAnswer(BaseModel):
    """A page of pledges, the newest first; `next` goes into `after` for the next one, and is null at the end."""

    pledges: list[PledgeView]
    next: str | None


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


@router.get("/pledges", dependencies=[allow(Role.TREASURER, local_key=True)])
async def search_pledges(
    response: Response,
    work: Transaction,
    reference: Annotated[str | None, Query(max_length=80, description="RF…, avec ou sans espaces")] = None,
    amount_minor: Annotated[int | None, Query(gt=0, le=10**15)] = None,
    territory: Annotated[str | None, Query(max_length=3)] = None,
    state: PledgeState | None = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> PledgesAnswer:
    """Pledges by what a transfer or a person says of them. Their ids open their pages: for treasurers only."""
    stored = normalise(reference) if reference is not None else None
    if reference is not None and stored is None:
        raise UserError(
            "Cette référence est mal recopiée : sa clé de contrôle est fausse.",
            status=422,
            code="bad_reference",
        )
    try:
        place = Place.read(after) if after is not None else None
    except ValueError:
        raise UserError(
            "Cette page n’existe pas : reprenez « next » tel qu’il a été donné.", status=422, code="bad_place"
        ) from None
    wanted = Wanted(
        reference=stored,
        amount_minor=amount_minor,
        territory=territory.upper() if territory is not None else None,
        state=state,
    )
    found = await find_pledges(work, wanted, after=place)
    response.headers["Cache-Control"] = "no-store"
    return PledgesAnswer(pledges=found.pledges, next=found.next.written() if found.next else None)


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
