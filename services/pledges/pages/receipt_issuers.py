"""Organisations that may issue tax receipts: written down, looked at as receipts will name them, then switched on."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.account import masked
from services.pledges.domain.receipt_issuer import (
    LONGEST,
    LONGEST_GROUND,
    IssuerNotFound,
    IssuerRefused,
    Mentions,
    Right,
)
from services.pledges.formats.registrations import read_registration
from services.pledges.operations import switch_receipts
from services.pledges.queries.receipt_issuers import issuer_by_id
from services.pledges.settings import Settings
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store"}
Typed = Annotated[str, Form(max_length=1000)]


@router.get("/banque/recus/organismes/nouveau", dependencies=[allow(Role.TREASURER)])
async def show_form(request: Request, work: Transaction, comme: UUID | None = None) -> Response:
    """The form; filled like another organisation when one is asked for, so that one mention can be changed."""
    earlier = await issuer_by_id(work, comme) if comme else None
    values = {name: str(value) for name, value in earlier.mentions._asdict().items()} if earlier else {}
    if earlier:
        values["for_wealth_tax"] = "oui" if earlier.for_wealth_tax else ""
    return _form(request, values=values, errors={})


@router.post("/banque/recus/organismes")
async def add_issuer(
    request: Request,
    work: Transaction,
    registration: Typed = "",
    name: Typed = "",
    street: Typed = "",
    postal_code: Typed = "",
    city: Typed = "",
    object: Typed = "",
    quality: Typed = "",
    signatory_name: Typed = "",
    signatory_role: Typed = "",
    for_wealth_tax: Typed = "",
    account: Typed = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Write an organisation down; what cannot be kept is said beside its field."""
    assert session.person_id is not None
    settings: Settings = request.app.state.settings
    typed = {
        "name": name,
        "street": street,
        "postal_code": postal_code,
        "city": city,
        "object": object,
        "quality": quality,
        "signatory_name": signatory_name,
        "signatory_role": signatory_role,
    }
    mentions = Mentions(
        **{field: " ".join(value.split()) for field, value in typed.items()},
        registration=read_registration(registration) or "",
        for_wealth_tax=bool(for_wealth_tax),
    )
    try:
        issuer = await switch_receipts.add_issuer(
            work, mentions, ibans=_accounts(account, settings), settings=settings, by=session.person_id
        )
    except IssuerRefused as refused:
        values = typed | {"registration": registration, "for_wealth_tax": for_wealth_tax, "account": account}
        return _form(request, values=values, errors=refused.errors)
    return RedirectResponse(f"/banque/recus/organismes/{issuer.issuer_id}", status_code=303)


@router.get("/banque/recus/organismes/{issuer_id}", dependencies=[allow(Role.TREASURER)])
async def show_issuer(issuer_id: UUID, request: Request, work: Transaction) -> Response:
    """An organisation as its receipts name it, and its right."""
    return await _issuer_page(request, work, issuer_id, values={}, errors={})


@router.post("/banque/recus/organismes/{issuer_id}/droit")
async def switch_on(
    issuer_id: UUID,
    request: Request,
    work: Transaction,
    ground: Typed = "",
    first_on: Typed = "",
    last_on: Typed = "",
    sure: Typed = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Switch the right on, with its ground and who answers for it."""
    assert session.person_id is not None
    values = {"ground": ground, "first_on": first_on, "last_on": last_on, "sure": sure}
    first, last = _day(first_on), _day(last_on)
    errors = {}
    if first is None:
        errors["first_on"] = "Choisissez le premier jour couvert."
    if last is None and last_on:
        errors["last_on"] = "Choisissez une date, ou laissez vide."
    if not sure:
        errors["sure"] = "Cochez la case : ouvrir le droit engage l’organisme."
    try:
        if first is not None and not errors:
            right = Right(" ".join(ground.split()), first, last)
            await switch_receipts.switch_on(work, issuer_id, right, by=session.person_id)
    except IssuerRefused as refused:
        errors = refused.errors
    if errors:
        return await _issuer_page(request, work, issuer_id, values=values, errors=errors)
    return RedirectResponse(f"/banque/recus/organismes/{issuer_id}", status_code=303)


@router.post("/banque/recus/organismes/{issuer_id}/fin")
async def switch_off(
    issuer_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Switch the right off: what was issued stays."""
    assert session.person_id is not None
    await switch_receipts.switch_off(work, issuer_id, by=session.person_id)
    return RedirectResponse(f"/banque/recus/organismes/{issuer_id}", status_code=303)


@router.post("/banque/recus/organismes/{issuer_id}/suppression", dependencies=[allow(Role.TREASURER)])
async def discard(issuer_id: UUID, work: Transaction) -> Response:
    """Take an organisation away whose right was never on."""
    await switch_receipts.discard_issuer(work, issuer_id)
    return RedirectResponse("/banque/recus", status_code=303)


async def _issuer_page(
    request: Request, work: Work, issuer_id: UUID, *, values: dict[str, str], errors: dict[str, str]
) -> Response:
    issuer = await issuer_by_id(work, issuer_id)
    if issuer is None:
        raise IssuerNotFound
    return templates.render(
        request,
        "receipt_issuer.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        issuer=issuer,
        registration_kind=issuer.mentions.registration_kind,
        longest_ground=LONGEST_GROUND,
        values=values,
        errors=errors,
    )


def _form(request: Request, *, values: dict[str, str], errors: dict[str, str]) -> Response:
    settings: Settings = request.app.state.settings
    accounts = [(str(place), masked(iban)) for place, iban in enumerate(settings.account_ibans)]
    return templates.render(
        request,
        "new_receipt_issuer.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        values=values,
        errors={"account" if name == "accounts" else name: said for name, said in errors.items()},
        accounts=[*accounts, *([("all", "Tous ces comptes")] if len(accounts) > 1 else [])],
        longest=LONGEST,
    )


def _accounts(chosen: str, settings: Settings) -> list[str]:
    """The accounts of a choice of the form, which shows them masked; none for what is no choice."""
    places = {str(place): [iban] for place, iban in enumerate(settings.account_ibans)}
    return (places | {"all": list(settings.account_ibans)}).get(chosen, [])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
