"""A promise's direct debit: sign a mandate, see what it will collect, cancel it. No account needed.

The address of the promise is the key, as on its own page; the account is masked, its holder's name not shown.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.mandate import LAST_DAY, MandateRefused, Rhythm, Source, TextNotAccepted
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.formats.payer_iban import read_payer_iban
from services.pledges.operations.cancel_mandate import cancel_mandate
from services.pledges.operations.sign_mandate import (
    MandateTerms,
    check_holder,
    check_monthly,
    check_rhythm,
    is_collectable,
    present_text,
    sign_mandate,
)
from services.pledges.queries.debits import collections_of_pledge
from services.pledges.queries.mandates import mandates_of_pledge
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from services.pledges.settings import Settings
from shared.database import Work
from shared.identity import anyone
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
RHYTHMS = (
    (Rhythm.ONCE.value, "En une fois", "Tout ce qui reste à payer, en un seul prélèvement."),
    (Rhythm.MONTHLY.value, "Chaque mois", "Jusqu’à ce que la promesse soit payée, jamais plus."),
)
DAYS = [(str(day), f"Le {day}{'er' if day == 1 else ''} du mois") for day in range(1, LAST_DAY + 1)]


@router.get("/promesses/{pledge_id}/prelevement", dependencies=[anyone()])
async def show_direct_debit(pledge_id: UUID, request: Request, work: Transaction) -> Response:
    """The mandate of a promise and what it collects, or the form to sign one."""
    return await _page(request, work, await _pledge(work, pledge_id))


@router.post("/promesses/{pledge_id}/prelevement", dependencies=[anyone()])
async def sign(
    pledge_id: UUID,
    request: Request,
    work: Transaction,
    holder: Annotated[str, Form(max_length=200)] = "",
    iban: Annotated[str, Form(max_length=200)] = "",
    rhythm: Annotated[str, Form(max_length=20)] = "",
    monthly: Annotated[str, Form(max_length=40)] = "",
    day: Annotated[str, Form(max_length=10)] = "",
    agreed: Annotated[str, Form(max_length=10)] = "",
    text: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Sign a mandate; each field that cannot be taken says why beside it."""
    settings: Settings = request.app.state.settings
    pledge = await _pledge(work, pledge_id)
    present_text(settings)
    values = {"holder": holder, "rhythm": rhythm, "monthly": monthly, "day": day}  # the account is typed anew
    terms = MandateTerms(
        holder_name=holder,
        iban=iban,
        rhythm=rhythm,
        amount_minor=_cents(monthly),
        day=int(day) if day.isascii() and day.isdigit() else None,
        text_digest=text if agreed else "",
    )
    errors = _errors(terms, pledge, settings) if is_collectable(pledge) else {}
    if not errors:
        try:
            await sign_mandate(work, pledge, terms, source=Source.PAGE, settings=settings)
        except TextNotAccepted as refusal:
            errors["agreed"] = str(refusal)
    if errors:
        return await _page(request, work, pledge, values=values, errors=errors)
    return RedirectResponse(f"/promesses/{pledge_id}/prelevement", status_code=303)


@router.post("/promesses/{pledge_id}/prelevement/{mandate_id}/annulation", dependencies=[anyone()])
async def cancel(pledge_id: UUID, mandate_id: UUID, work: Transaction) -> Response:
    """Cancel the mandate, and what was announced under it."""
    await cancel_mandate(work, mandate_id, pledge_id=pledge_id)
    return RedirectResponse(f"/promesses/{pledge_id}/prelevement", status_code=303)


async def _page(
    request: Request,
    work: Work,
    pledge: PledgeView,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    settings: Settings = request.app.state.settings
    mandates = await mandates_of_pledge(work, pledge.pledge_id)
    mandate = next((mandate for mandate in mandates if mandate.is_open), None)
    today = work.today
    return templates.render(
        request,
        "signing.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        pledge=pledge,
        mandate=mandate,
        is_usable=bool(mandate and mandate.is_usable(on=today, creditor_id=settings.collecting_creditor_id)),
        collections=await collections_of_pledge(work, pledge.pledge_id),
        is_collectable=is_collectable(pledge),
        text=present_text(settings) if settings.collecting_creditor_id else None,
        values=values or {"rhythm": Rhythm.ONCE.value},
        errors=errors or {},
        rhythms=RHYTHMS,
        days=DAYS,
        is_demonstration=settings.is_demonstration,
    )


def _errors(terms: MandateTerms, pledge: PledgeView, settings: Settings) -> dict[str, str]:
    """Every field that would be refused, by its name: all at once, not one after the other."""
    errors: dict[str, str] = {}

    def check(field: str, one: Any, *given: Any, **more: Any) -> None:
        try:
            one(*given, **more)
        except MandateRefused as refusal:
            errors[field] = str(refusal)

    check("holder", check_holder, terms.holder_name)
    check("iban", read_payer_iban, terms.iban)
    check("rhythm", check_rhythm, terms.rhythm)
    if terms.rhythm == Rhythm.MONTHLY:
        check("monthly", check_monthly, terms.amount_minor, 1, pledge=pledge, settings=settings)
        check("day", check_monthly, pledge.missing_minor, terms.day, pledge=pledge, settings=settings)
    return errors


def _cents(text: str) -> int | None:
    try:
        return cents_from(text)
    except PledgeRefused:
        return None


async def _pledge(work: Work, pledge_id: UUID) -> PledgeView:
    pledge = await pledge_by_id(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    return pledge
