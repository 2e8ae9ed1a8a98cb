"""Promise for an organisation, or say what one would do: more to tell than one amount, on pages of their own.

A signed commitment takes two steps: the pledge is noted as a letter of intent, then its page shows the text to sign.
"""

from dataclasses import replace
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.fields import FieldRefused
from services.pledges.domain.funds import funds
from services.pledges.domain.instruments import needs_authorisation
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.payer import KIND_NAMES, ORGANISATIONS
from services.pledges.domain.pledge import GIFT
from services.pledges.operations.decide_instruments import check_authorised
from services.pledges.operations.make_pledge import Promise, make_pledge
from services.pledges.pages.filled_form import FilledForm, filled_form
from services.pledges.pages.reading_promises import (
    Asked,
    asked_in,
    payer_in,
    read_commitment,
    said_in,
)
from services.pledges.queries.instruments import instruments_now
from services.pledges.settings import Settings
from shared.database import Work
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
LONGEST_KEY = 200


@router.get("/promettre/organisation", dependencies=[anyone()])
async def show_organisation_form(request: Request, work: Transaction) -> Response:
    """The form for an organisation. Its key makes a double click one promise."""
    values = _first_values() | {"commitment": Commitment.PROMISE.value}
    return await _form(request, work, FilledForm(values), template="promise_organisation.html")


@router.post("/promettre/organisation")
async def promise_for_organisation(
    request: Request, work: Transaction, session: Session = anyone()
) -> Response:
    form = await filled_form(request)
    asked = asked_in(form, request.app.state.settings)
    payer = payer_in(form)
    said = said_in(form, form.read("commitment", read_commitment))
    if asked and payer and said:
        wants_to_sign = said.commitment is Commitment.SIGNED
        if wants_to_sign:
            said = replace(said, commitment=Commitment.LETTER_OF_INTENT)
        try:
            if wants_to_sign and needs_authorisation(said.instrument, Commitment.SIGNED):
                await check_authorised(work, said.instrument)
            return await _made(
                request,
                work,
                form,
                asked,
                replace(said, payer=payer),
                session,
                then="/engagement" if wants_to_sign else "",
            )
        except FieldRefused as refusal:
            form.refuse(refusal, field="instrument")
    return await _form(request, work, form, template="promise_organisation.html", status_code=422)


@router.get("/promettre/intention", dependencies=[anyone()])
async def show_intention_form(request: Request, work: Transaction) -> Response:
    """The form of a person who says what they would do, with whichever instrument, and promises nothing."""
    return await _form(request, work, FilledForm(_first_values()), template="promise_intention.html")


@router.post("/promettre/intention")
async def say_intention(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    form = await filled_form(request)
    asked = asked_in(form, request.app.state.settings)
    said = said_in(form, Commitment.LETTER_OF_INTENT)
    if asked and said:
        try:
            return await _made(request, work, form, asked, said, session)
        except FieldRefused as refusal:
            form.refuse(refusal, field="instrument")
    return await _form(request, work, form, template="promise_intention.html", status_code=422)


def _first_values() -> dict[str, str]:
    return {"key": str(uuid4()), "fund": next(iter(funds())), "instrument": GIFT}


async def _made(
    request: Request,
    work: Work,
    form: FilledForm,
    asked: Asked,
    said: Particulars,
    session: Session,
    *,
    then: str = "",
) -> Response:
    """Make the pledge and lead to its page. Raises FieldRefused."""
    settings: Settings = request.app.state.settings
    request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    key = form.text("key")
    made = await make_pledge(
        work,
        Promise(
            **asked._asdict(),
            person_id=session.person_id,
            idempotency_key=key if 16 <= len(key) <= LONGEST_KEY else None,
            said=said,
        ),
        settings=settings,
    )
    return RedirectResponse(f"/promesses/{made.pledge_id}{then}", status_code=303)


async def _form(
    request: Request, work: Work, form: FilledForm, *, template: str, status_code: int = 200
) -> Response:
    settings: Settings = request.app.state.settings
    return templates.render(
        request,
        template,
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        values=form.values | {"key": form.text("key") or str(uuid4())},
        errors=form.errors,
        territories=territories(),
        funds=list(funds().values()),
        kinds=[(kind.value, KIND_NAMES[kind]) for kind in ORGANISATIONS],
        instruments=await instruments_now(work),
        is_demonstration=settings.is_demonstration,
    )
