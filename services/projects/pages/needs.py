"""Where an organisation submits its needs and asks for money, and where a steward decides."""

from functools import partial
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.projects import queries
from services.projects.domain.amounts import minor_units
from services.projects.domain.funds import FUNDS, known_fund
from services.projects.domain.needs import (
    MAX_DESCRIPTION,
    MAX_TITLE,
    NeedUnknown,
    Proposal,
    read_family,
)
from services.projects.domain.refusals import Refusal, line_within, text_within
from services.projects.domain.territories import known_territory
from services.projects.formats.iban import read_iban
from services.projects.operations.disbursements import request_disbursement
from services.projects.operations.needs import submit_need, withdraw_need
from services.projects.operations.organisations import represented
from services.projects.pages import templates
from services.projects.pages.forms import FilledForm, filled_form
from shared.database import Work
from shared.identity import Session, signed_in
from shared.runtime import Transaction
from shared.values import territories
from shared.values import territory as territory_of

router = APIRouter(include_in_schema=False)

MAX_KEY = 200
"""As long as the `Idempotency-Key` of the API may be; the pages make their own, of 36 characters."""

NO_ORGANISATION = "Choisissez l’organisation qui porte ce besoin."


@router.get("/besoins")
async def show_own_needs(request: Request, work: Transaction, session: Session = signed_in()) -> Response:
    found = await queries.needs_represented_by(work, session.person_id)
    return templates.render(
        request,
        "own_needs.html",
        organisations=await queries.organisations_represented_by(work, session.person_id),
        needs=found,
        disbursements=await queries.disbursements_of(work, found),
        territory_of=territory_of,
    )


@router.get("/besoins/nouveau")
async def ask_what_they_need(
    request: Request, work: Transaction, organisation: str = "", session: Session = signed_in()
) -> Response:
    return await _need_form(request, work, session, FilledForm({"organisation_id": organisation}))


@router.post("/besoins/nouveau")
async def submit(request: Request, work: Transaction, session: Session = signed_in()) -> Response:
    form = await filled_form(request)
    own = await queries.organisations_represented_by(work, session.person_id)
    chosen = form.values.get("organisation_id")
    organisation_id = next((one.organisation_id for one in own if str(one.organisation_id) == chosen), None)
    if organisation_id is None:
        form.errors["organisation_id"] = NO_ORGANISATION
    title = form.read("title", partial(line_within, most=MAX_TITLE))
    description = form.read("description", partial(text_within, most=MAX_DESCRIPTION))
    amount = form.read("amount", minor_units)
    family = form.read("family", read_family)
    fund = form.read("fund", known_fund)
    place = form.read("territory", known_territory)
    support = form.values.get("human_support", "").strip() or None
    if (
        organisation_id
        and title and description and amount and family and fund and place
        and session.person_id
    ):  # fmt: skip
        try:
            need = await submit_need(
                work,
                territory=place,
                organisation_id=organisation_id,
                proposal=Proposal(
                    title=title,
                    description=description,
                    amount_minor=amount,
                    family=family,
                    fund=fund,
                    human_support=support,
                ),
                submitted_by=session.person_id,
            )
            return RedirectResponse(f"/besoins/{need.territory}/{need.need_id}", 303)
        except Refusal as refusal:
            form.refuse(refusal, field="human_support")
    return await _need_form(request, work, session, form, status_code=422)


@router.get("/besoins/{territory}/{need_id}")
async def show_own_need(
    request: Request, work: Transaction, territory: str, need_id: UUID, session: Session = signed_in()
) -> Response:
    return await _own_need(request, work, session, territory, need_id, FilledForm({"key": str(uuid4())}))


@router.post("/besoins/{territory}/{need_id}/retrait")
async def withdraw(
    work: Transaction, territory: str, need_id: UUID, session: Session = signed_in()
) -> Response:
    assert session.person_id is not None
    need = await withdraw_need(
        work, territory=known_territory(territory), need_id=need_id, withdrawn_by=session.person_id
    )
    return RedirectResponse(f"/besoins/{need.territory}/{need.need_id}", 303)


@router.post("/besoins/{territory}/{need_id}/versements")
async def ask_for_money(
    request: Request, work: Transaction, territory: str, need_id: UUID, session: Session = signed_in()
) -> Response:
    form = await filled_form(request)
    amount = form.read("amount", minor_units)
    iban = form.read("payee_iban", read_iban)
    if amount and iban and session.person_id:
        try:
            await request_disbursement(
                work,
                territory=known_territory(territory),
                need_id=need_id,
                amount_minor=amount,
                payee_iban=iban,
                requested_by=session.person_id,
                idempotency_key=form.values.get("key", "")[:MAX_KEY] or str(uuid4()),
            )
            return RedirectResponse(f"/besoins/{territory}/{need_id}", 303)
        except Refusal as refusal:
            form.refuse(refusal, field="amount")
    # What was corrected is another request than the one that was refused.
    form.values["key"] = str(uuid4())
    return await _own_need(request, work, session, territory, need_id, form, status_code=422)


async def _own_need(
    request: Request,
    work: Work,
    session: Session,
    territory: str,
    need_id: UUID,
    form: FilledForm,
    *,
    status_code: int = 200,
) -> Response:
    need = await queries.need_seen_by(
        work, territory=known_territory(territory), need_id=need_id, person_id=session.person_id
    )
    if need is None:
        raise NeedUnknown()
    await represented(work, organisation_id=need.organisation_id, person_id=session.person_id)
    return templates.render(
        request,
        "own_need.html",
        status_code=status_code,
        need=need,
        fund=FUNDS[need.fund],
        disbursements=(await queries.disbursements_of(work, [need]))[need.need_id],
        values=form.values,
        errors=form.errors,
        territory_of=territory_of,
    )


async def _need_form(
    request: Request, work: Work, session: Session, form: FilledForm, *, status_code: int = 200
) -> Response:
    return templates.render(
        request,
        "new_need.html",
        status_code=status_code,
        organisations=await queries.organisations_represented_by(work, session.person_id),
        funds=list(FUNDS.items()),
        territories=territories(),
        values=form.values,
        errors=form.errors,
    )
