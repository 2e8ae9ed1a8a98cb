"""Change or cancel a promise from its page: whoever has its address may, its saver and treasurers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.instruments import InstrumentNotAuthorised
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.domain.schedule import Kind
from services.pledges.operations.change_pledge import cancel_pledge, change_pledge
from services.pledges.pages.terms import RHYTHMS, WAYS, TermsForm, field_of, form_of
from services.pledges.queries.mandates import mandates_of_pledge
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from services.pledges.queries.schedules import schedule_of
from services.pledges.settings import Settings
from shared.database import Work
from shared.identity import anyone
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@router.get("/promesses/{pledge_id}/modifier", dependencies=[anyone()])
async def show_change(pledge_id: UUID, request: Request, work: Transaction) -> Response:
    """The form, with what is left as it stands."""
    pledge = await _pledge(work, pledge_id)
    schedule = await schedule_of(work, pledge)
    is_monthly = schedule.kind is Kind.MONTHLY
    amount_minor = schedule.instalments[-1].amount_minor if is_monthly else pledge.amount_minor
    chosen = form_of(schedule, kept_minor=pledge.kept_minor, today=work.today)
    values = {"amount": f"{amount_minor // 100},{amount_minor % 100:02}"} | chosen.values
    return _form(request, pledge, values=values, errors={})


@router.post("/promesses/{pledge_id}/modifier", dependencies=[anyone()])
async def change(
    pledge_id: UUID,
    request: Request,
    work: Transaction,
    chosen: Annotated[TermsForm, Depends()],
    amount: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    settings: Settings = request.app.state.settings
    pledge = await _pledge(work, pledge_id)
    terms, errors = chosen.read(today=work.today)
    values = {"amount": amount} | chosen.values
    amount_minor = 0
    try:
        amount_minor = cents_from(amount)
    except PledgeRefused as refusal:
        errors["amount"] = str(refusal)
    if errors or terms is None:
        return _form(request, pledge, values=values, errors=errors, status_code=422)
    request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    try:
        await change_pledge(work, pledge_id, amount_minor=amount_minor, terms=terms, settings=settings)
    except PledgeRefused as refusal:
        wrong = field_of(refusal, chosen.how)
        return _form(request, pledge, values=values, errors={wrong: str(refusal)}, status_code=422)
    except InstrumentNotAuthorised as refusal:
        return _form(request, pledge, values=values, errors={"amount": str(refusal)}, status_code=422)
    return RedirectResponse(f"/promesses/{pledge_id}", status_code=303)


@router.get("/promesses/{pledge_id}/annuler", dependencies=[anyone()])
async def ask_whether_to_cancel(pledge_id: UUID, request: Request, work: Transaction) -> Response:
    """What would no longer be expected, and a button."""
    pledge = await _pledge(work, pledge_id)
    mandates = await mandates_of_pledge(work, pledge_id)
    has_mandate = any(mandate.is_open for mandate in mandates)
    return templates.render(
        request, "pledge_cancel.html", headers=PRIVATE, pledge=pledge, has_mandate=has_mandate
    )


@router.post("/promesses/{pledge_id}/annuler", dependencies=[anyone()])
async def cancel(pledge_id: UUID, request: Request, work: Transaction) -> Response:
    request.app.state.floods.pass_(request.headers, limit=request.app.state.settings.pledges_per_hour)
    await cancel_pledge(work, pledge_id)
    return RedirectResponse(f"/promesses/{pledge_id}", status_code=303)


async def _pledge(work: Work, pledge_id: UUID) -> PledgeView:
    pledge = await pledge_by_id(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    return pledge


def _form(
    request: Request,
    pledge: PledgeView,
    *,
    values: dict[str, str],
    errors: dict[str, str],
    status_code: int = 200,
) -> Response:
    return templates.render(
        request,
        "pledge_change.html",
        status_code=status_code,
        headers=PRIVATE,
        pledge=pledge,
        values=values,
        errors=errors,
        ways=WAYS,
        rhythms=RHYTHMS,
    )
