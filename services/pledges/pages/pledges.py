"""Promise an amount, then find how to pay it and what has come: two pages, no account needed.

The address of a pledge's page is its only key: it is not indexed, not stored, not sent to other sites.
"""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.funds import funds
from services.pledges.domain.pledge import PledgeRefused, PledgeState
from services.pledges.domain.references import printed
from services.pledges.formats.epc import epc_payload, epc_svg
from services.pledges.operations.make_pledge import (
    Promise,
    check_amount,
    check_fund,
    check_territory,
    make_pledge,
)
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from services.pledges.settings import Settings
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.values import territories, territory
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


@router.get("/promettre", dependencies=[anyone()])
async def show_form(request: Request) -> Response:
    """The form. Its key makes a double click one promise."""
    values = {"key": str(uuid4()), "fund": next(iter(funds())), "territory": _asked_territory(request)}
    return _form(request, values=values, errors={})


@router.post("/promettre")
async def promise(
    request: Request,
    work: Transaction,
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
    if errors:
        values = {"amount": amount, "territory": territory, "fund": fund, "key": key or str(uuid4())}
        return _form(request, values=values, errors=errors, status_code=422)
    request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    made = await make_pledge(
        work,
        Promise(
            amount_minor=amount_minor,
            territory=territory,
            fund=fund,
            person_id=session.person_id,
            idempotency_key=key if len(key) >= 16 else None,
        ),
        settings=settings,
    )
    return RedirectResponse(f"/promesses/{made.pledge_id}", status_code=303)


@router.get("/promesses/{pledge_id}", dependencies=[anyone()])
async def show_pledge(pledge_id: UUID, request: Request, work: Transaction) -> Response:
    """How to pay, and what has come."""
    pledge = await pledge_by_id(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    settings: Settings = request.app.state.settings
    return templates.render(
        request,
        "pledge.html",
        headers=PRIVATE,
        pledge=pledge,
        state=STATES[pledge.state],
        territory=territory(pledge.territory),
        fund=funds()[pledge.fund],
        beneficiary_name=settings.beneficiary_name,
        iban=printed(settings.beneficiary_iban),
        qr_code=_qr_code(pledge, settings) if pledge.missing_minor else "",
        is_demonstration=settings.is_demonstration,
    )


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
        territories=territories(),
        funds=list(funds().values()),
        is_demonstration=settings.is_demonstration,
    )


def _asked_territory(request: Request) -> str:
    """The territory that a link chose already (`/promettre?territoire=64`)."""
    code = request.query_params.get("territoire", "").upper()
    return code if code in {known.code for known in territories()} else ""


def _qr_code(pledge: PledgeView, settings: Settings) -> Markup:
    """The transfer of what is still missing, ready to scan. The SVG is made of our own values only."""
    payload = epc_payload(
        name=settings.beneficiary_name,
        iban=settings.beneficiary_iban,
        reference=pledge.reference,
        amount_minor=pledge.missing_minor,
    )
    title = "QR code de virement, à lire avec l’application de votre banque"
    return Markup(epc_svg(payload, title=title))  # noqa: S704 - segno escapes, and nothing of it is typed
