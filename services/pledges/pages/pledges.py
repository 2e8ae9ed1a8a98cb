"""Promise an amount, then find how to pay it and what has come: two pages, no account needed.

The address of a pledge's page is its only key: it is not indexed, not stored, not sent to other sites.
"""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.commitment import Commitment
from services.pledges.domain.conditions import ConditionState
from services.pledges.domain.earmark import INSTRUMENTS, themes
from services.pledges.domain.funds import funds
from services.pledges.domain.payer import KIND_NAMES
from services.pledges.domain.pledge import GIFT, PledgeRefused, PledgeState
from services.pledges.domain.references import printed
from services.pledges.domain.standing import standings, to_pay
from services.pledges.formats.epc import epc_payload, epc_svg
from services.pledges.operations.make_pledge import (
    Promise,
    check_amount,
    check_fund,
    check_territory,
    make_pledge,
)
from services.pledges.pages.terms import RHYTHMS, WAYS, TermsForm, field_of
from services.pledges.queries.conditions import EarmarkView, condition_and_wish_of
from services.pledges.queries.instruments import instruments_now
from services.pledges.queries.particulars import particulars_view
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from services.pledges.queries.roll_entries import roll_answer
from services.pledges.queries.schedules import schedule_of
from services.pledges.settings import Settings
from shared.database import Work
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.values import territories, territory, territory_codes
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
STATES = {
    PledgeState.PLEDGED: ("En attente de votre virement", "waiting"),
    PledgeState.PARTIALLY_PAID: ("Reçue en partie", "waiting"),
    PledgeState.PAID: ("Reçue", "good"),
    PledgeState.EXPIRED: ("Expirée : un virement reste bienvenu", "neutral"),
    PledgeState.CANCELLED: ("Annulée : un virement reste bienvenu", "neutral"),
    PledgeState.PARTIALLY_REFUNDED: ("Rendue en partie", "neutral"),
    PledgeState.REFUNDED: ("Rendue", "neutral"),
}


CONDITION_STATES = {
    ConditionState.WAITING: ("En attente de la condition", "waiting"),
    ConditionState.PARTLY_TRIGGERED: ("Déclenchée en partie", "waiting"),
    ConditionState.MET: ("Condition remplie", "good"),
    ConditionState.LAPSED: ("Condition échue", "neutral"),
}


@router.get("/promettre", dependencies=[anyone()])
async def show_form(request: Request) -> Response:
    """The form. Its key makes a double click one promise."""
    values = {"key": str(uuid4()), "fund": next(iter(funds())), "territory": _asked_territory(request)}
    return _form(request, values=values | TermsForm().values, errors={})


@router.post("/promettre")
async def promise(
    request: Request,
    work: Transaction,
    chosen: Annotated[TermsForm, Depends()],
    amount: Annotated[str, Form(max_length=40)] = "",
    territory: Annotated[str, Form(max_length=3)] = "",
    fund: Annotated[str, Form(max_length=40)] = "",
    key: Annotated[str, Form(max_length=200)] = "",
    session: Session = anyone(),
) -> Response:
    settings: Settings = request.app.state.settings
    errors: dict[str, str] = {}
    amount_minor = 0
    try:
        amount_minor = cents_from(amount)
        check_amount(amount_minor, settings)
    except PledgeRefused as refusal:
        errors["amount"] = str(refusal)
    for name, check, value in (("territory", check_territory, territory), ("fund", check_fund, fund)):
        try:
            check(value)
        except PledgeRefused as refusal:
            errors[name] = str(refusal)
    terms, terms_errors = chosen.read(today=work.today)
    errors |= terms_errors
    values = {"amount": amount, "territory": territory, "fund": fund, "key": key or str(uuid4())}
    values |= chosen.values
    if errors:
        return _form(request, values=values, errors=errors, status_code=422)
    request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    promise = Promise(
        amount_minor=amount_minor,
        territory=territory,
        fund=fund,
        person_id=session.person_id,
        idempotency_key=key if len(key) >= 16 else None,
        terms=terms if chosen != TermsForm() else None,
    )
    try:
        made = await make_pledge(work, promise, settings=settings)
    except PledgeRefused as refusal:
        wrong = field_of(refusal, chosen.how)
        return _form(request, values=values, errors={wrong: str(refusal)}, status_code=422)
    return RedirectResponse(f"/promesses/{made.pledge_id}", status_code=303)


@router.get("/promesses/{pledge_id}", dependencies=[anyone()])
async def show_pledge(
    pledge_id: UUID, request: Request, work: Transaction, tout: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """How to pay, and what has come; with `tout=oui` the transfer of all that is missing."""
    pledge = await pledge_by_id(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    stands = standings((await schedule_of(work, pledge)).instalments, pledge.kept_minor)
    next_ = to_pay(stands, today=work.today)
    amount_minor = pledge.missing_minor if tout or next_ is None else next_.amount_minor
    beside = await condition_and_wish_of(work, pledge_id)
    if beside.condition is not None:
        amount_minor = beside.condition.due_minor
    settings: Settings = request.app.state.settings
    return templates.render(
        request,
        "pledge.html",
        headers=PRIVATE,
        pledge=pledge,
        stands=stands,
        next=next_,
        amount_minor=amount_minor,
        today=work.today,
        condition=beside.condition,
        wishes=_wishes(beside.earmark) if beside.earmark else [],
        state=CONDITION_STATES[beside.condition.state]
        if beside.condition and not pledge.released_minor
        else STATES[pledge.state],
        territory=territory(pledge.territory),
        fund=funds()[pledge.fund],
        beneficiary_name=settings.beneficiary_name,
        iban=printed(settings.beneficiary_iban),
        qr_code=_qr_code(pledge.reference, amount_minor, settings) if amount_minor else "",
        is_demonstration=settings.is_demonstration,
        kinds=KIND_NAMES,
        is_letter=pledge.commitment is Commitment.LETTER_OF_INTENT,
        listed=await roll_answer(work, pledge.pledge_id),
        **await _particulars(work, pledge),
        direct_debit=settings.collecting_creditor_id is not None,
    )


async def _particulars(work: Work, pledge: PledgeView) -> dict[str, Any]:
    """What the page tells of a pledge that is more than a person's plain promise; nothing is read for that one."""
    is_plain = (
        pledge.commitment is Commitment.PROMISE and pledge.payer_name is None and pledge.instrument == GIFT
    )
    if is_plain:
        return {"said": None, "instrument": None}
    known = {instrument.code: instrument for instrument in await instruments_now(work)}
    return {
        "said": await particulars_view(work, pledge.pledge_id),
        "instrument": known.get(pledge.instrument),
    }


def _form(
    request: Request, *, values: dict[str, str], errors: dict[str, str], status_code: int = 200
) -> Response:
    settings: Settings = request.app.state.settings
    return templates.render(
        request,
        "promise.html",
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        values=values,
        errors=errors,
        ways=WAYS,
        rhythms=RHYTHMS,
        territories=territories(),
        funds=list(funds().values()),
        is_demonstration=settings.is_demonstration,
    )


def _asked_territory(request: Request) -> str:
    """The territory that a link chose already (`/promettre?territoire=64`)."""
    code = request.query_params.get("territoire", "").upper()
    return code if code in territory_codes() else ""


def _wishes(earmark: EarmarkView) -> list[str]:
    """What the giver wishes, in words."""
    wishes = [themes().get(earmark.theme, earmark.theme)] if earmark.theme else []
    if earmark.need_id:
        wishes.append(f"Le projet {earmark.need_id}")
    return wishes + ([INSTRUMENTS[earmark.instrument]] if earmark.instrument else [])


def _qr_code(reference: str, amount_minor: int, settings: Settings) -> Markup:
    """A transfer, ready to scan. The SVG is made of our own values only."""
    payload = epc_payload(
        name=settings.beneficiary_name,
        iban=settings.beneficiary_iban,
        reference=reference,
        amount_minor=amount_minor,
    )
    title = "QR code de virement, à lire avec l’application de votre banque"
    return Markup(epc_svg(payload, title=title))  # noqa: S704 - segno escapes, and nothing of it is typed
