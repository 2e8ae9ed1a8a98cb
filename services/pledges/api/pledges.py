"""Promises over HTTP: make one, look at one, find some."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.api.conditions import NewCondition, NewEarmark
from services.pledges.api.particulars import (
    NewCrossSubscription,
    NewSignature,
    Payer,
    particulars_from,
    signature_from,
)
from services.pledges.api.pledge_answer import PledgeAnswer, pledge_answer
from services.pledges.api.terms import ChosenTerms
from services.pledges.domain.commitment import Commitment
from services.pledges.domain.pledge import GIFT, PledgeState
from services.pledges.domain.references import normalise
from services.pledges.operations.make_firm import make_firm
from services.pledges.operations.make_pledge import Promise, make_pledge
from services.pledges.queries.conditions import ConditionAndWish
from services.pledges.queries.finding_pledges import Place, Wanted, find_pledges
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["promesses"])
IdempotencyKey = Annotated[str | None, Field(min_length=16, max_length=200)]
"""Sixteen characters at least: who guessed another's key would be shown that pledge. A UUID is fine."""


class NewPledge(BaseModel):
    """A promise in cents. `idempotency_key` (or header `Idempotency-Key`), repeated: the same pledge.

    Without `payer` it is a natural person's. A `letter_of_intent` promises nothing and may name any instrument.
    Without `terms` it is due once, in thirty days. With `monthly` ones, `amount_minor` is promised for each month.
    `condition` is a funder's, `earmark` a wish; most promises have neither.
    """

    model_config = ConfigDict(extra="forbid")

    amount_minor: Annotated[int, Field(gt=0, strict=True)]
    territory: Annotated[str, Field(min_length=2, max_length=3)]
    fund: str = "fonds-commun"
    idempotency_key: IdempotencyKey = None
    payer: Payer | None = None
    instrument: Annotated[str, Field(max_length=40)] = GIFT
    commitment: Commitment = Commitment.PROMISE
    cross_subscription: NewCrossSubscription | None = None
    signature: NewSignature | None = None
    terms: ChosenTerms | None = None
    condition: NewCondition | None = None
    earmark: NewEarmark | None = None


class FirmCommitment(BaseModel):
    """What a letter of intent becomes: a `promise`, or `signed` with a signature."""

    model_config = ConfigDict(extra="forbid")

    commitment: Commitment
    signature: NewSignature | None = None


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
            said=particulars_from(
                body.payer,
                instrument=body.instrument,
                commitment=body.commitment,
                cross_subscription=body.cross_subscription,
                signature=body.signature,
            ),
            terms=body.terms.terms() if body.terms else None,
            condition=body.condition.terms(today=work.today) if body.condition else None,
            earmark=body.earmark.wish() if body.earmark else None,
        ),
        settings=settings,
    )
    says_more = body.condition or body.earmark
    return await pledge_answer(
        work, view, request, response, beside=None if says_more else ConditionAndWish()
    )


@router.post("/pledges/{pledge_id}/commitment", dependencies=[anyone()])
async def make_letter_firm(
    pledge_id: UUID, body: FirmCommitment, request: Request, response: Response, work: Transaction
) -> PledgeAnswer:
    """Turn a letter of intent into a promise or a signed commitment. Whoever knows its id may: it cannot be guessed."""
    view = await make_firm(
        work,
        pledge_id,
        body.commitment,
        signature_from(body.signature),
        settings=request.app.state.settings,
    )
    return await pledge_answer(work, view, request, response)


@router.get("/pledges", dependencies=[allow(Role.TREASURER, local_key=True)])
async def search_pledges(
    response: Response,
    work: Transaction,
    reference: Annotated[str | None, Query(max_length=80, description="RF…, avec ou sans espaces")] = None,
    amount_minor: Annotated[int | None, Query(gt=0, le=10**15)] = None,
    territory: Annotated[str | None, Query(max_length=3)] = None,
    state: PledgeState | None = None,
    commitment: Commitment | None = None,
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
        commitment=commitment,
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
    return await pledge_answer(work, view, request, response)
