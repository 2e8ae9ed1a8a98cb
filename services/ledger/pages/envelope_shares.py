"""Shares of envelope between territories, for treasurers: what waits for a confirmation, and a form to order one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.operations import share_envelope
from services.ledger.pages.places import lane_of
from services.ledger.queries.envelope_shares import envelopes_of, shares_of
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import NATIONAL, exponent_of, lanes, minor_from, territories
from shared.web.layout import templates_for
from shared.web.numbers import SYMBOLS, euros

router = APIRouter()
templates = templates_for("services.ledger")

NAMES = {NATIONAL: "Échelon national", **{one.code: one.name for one in territories()}}


@router.get("/comptes/{territory}/parts")
async def show_shares(
    request: Request, territory: str, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """What the territory cedes and has received, what its envelopes hold, and the form."""
    return await _page(request, work, territory, session, values={}, errors={})


@router.post("/comptes/{territory}/parts")
async def order_share(
    request: Request,
    territory: str,
    work: Transaction,
    receiver: Annotated[str, Form(max_length=3)] = "",
    fund: Annotated[str, Form(max_length=60)] = "",
    amount: Annotated[str, Form(max_length=40)] = "",
    currency: Annotated[str, Form(max_length=3)] = "EUR",
    decision_reference: Annotated[str, Form(max_length=200)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order a share."""
    assert session.person_id
    place = lane_of(territory)
    values = {
        "receiver": receiver,
        "fund": fund,
        "amount": amount,
        "currency": currency,
        "decision_reference": decision_reference,
    }
    errors = dict[str, str]()
    known = currency in dict(_currencies(await envelopes_of(work, place.code)))
    amount_minor = minor_from(amount, currency) if known else None
    decision = decision_reference.strip()
    if receiver not in lanes() or receiver == place.code:
        errors["receiver"] = "Choisissez un autre territoire, ou l’échelon national."
    if not fund.strip():
        errors["fund"] = "Choisissez le fonds dont une part est cédée."
    if not known:
        errors["currency"] = "Choisissez une monnaie dans laquelle ce territoire tient une enveloppe."
    elif not amount_minor:
        errors["amount"] = f"Écrivez une somme dans cette monnaie, par exemple {_example(currency)}."
    if len(decision) < 3:
        errors["decision_reference"] = "Nommez la décision qui cède cette part."
    if errors or not amount_minor:
        return await _page(request, work, territory, session, values=values, errors=errors)
    await share_envelope.order_share(
        work,
        territory=place.code,
        receiver=receiver,
        fund=fund.strip(),
        amount_minor=amount_minor,
        currency=currency,
        decision_reference=decision,
        by=session.person_id,
    )
    return _back(place.code)


@router.post("/comptes/{territory}/parts/{share_id}/confirmation")
async def confirm_share(
    territory: str,
    share_id: UUID,
    order_hash: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm a share."""
    assert session.person_id
    place = lane_of(territory)
    await share_envelope.confirm_share(
        work, territory=place.code, share_id=share_id, by=session.person_id, order_hash=order_hash
    )
    return _back(place.code)


@router.post("/comptes/{territory}/parts/{share_id}/annulation")
async def cancel_share(
    territory: str, share_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Give a share up."""
    assert session.person_id
    place = lane_of(territory)
    await share_envelope.cancel_share(work, territory=place.code, share_id=share_id, by=session.person_id)
    return _back(place.code)


async def _page(
    request: Request,
    work: Work,
    territory: str,
    session: Session,
    *,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    place = lane_of(territory)
    envelopes = await envelopes_of(work, place.code)
    return templates.render(
        request,
        "envelope_shares.html",
        status_code=422 if errors else 200,
        place=place,
        rows=await shares_of(work, place.code),
        envelopes=envelopes,
        currencies=_currencies(envelopes),
        funds=[(fund, fund) for fund in dict.fromkeys(one["fund"] for one in envelopes)],
        names=NAMES,
        choices=[(code, f"{name} ({code})") for code, name in NAMES.items() if code != place.code],
        me=session.person_id,
        values=values,
        errors=errors,
    )


def _currencies(envelopes: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Those in which a share may be ceded, with their symbols: of envelopes that exist; euros where there is none."""
    found = sorted({one["currency"] for one in envelopes} or {"EUR"}, key=lambda one: (one != "EUR", one))
    return [(currency, SYMBOLS.get(currency, currency)) for currency in found]


def _example(currency: str) -> str:
    """An amount as it is typed: with decimals where the currency has any."""
    return euros(1_250 * 10 ** exponent_of(currency), currency)


def _back(territory: str) -> Response:
    return RedirectResponse(f"/comptes/{territory}/parts", status_code=303)
