"""Payments that receipts count on a treasurer's word only: those that wait for it, each with what was said of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.payment_ruling import LONGEST_REASON, PaymentNotFound, RulingRefused
from services.pledges.operations.rule_payment import count_again, rule_payment
from services.pledges.queries.payment_rulings import PAGE_PAYMENTS, held_payments, ruled_payment
from services.pledges.queries.receipt_issuers import issuers_on
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store"}
Year = Annotated[int, Query(ge=2000, le=2099)]
Typed = Annotated[str, Form(max_length=1000)]


@router.get("/banque/recus/versements", dependencies=[allow(Role.TREASURER)])
async def show_held(annee: Year, request: Request, work: Transaction) -> Response:
    """The payments of a year whose payer the bank names otherwise than their donor, or not at all."""
    periods = [period for issuer in await issuers_on(work) if (period := issuer.period(annee))]
    return templates.render(
        request,
        "held_payments.html",
        headers=PRIVATE,
        year=annee,
        payments=[payment for period in periods for payment in await held_payments(work, period)],
        page_payments=PAGE_PAYMENTS,
    )


@router.get("/banque/recus/versements/{payment_id}", dependencies=[allow(Role.TREASURER)])
async def show_payment(payment_id: UUID, request: Request, work: Transaction) -> Response:
    """Whether receipts count a payment, who said so, and the two words that can be said."""
    return await _page(request, work, payment_id)


@router.post("/banque/recus/versements/{payment_id}/compter")
async def count(
    payment_id: UUID,
    work: Transaction,
    annee: Annotated[int | None, Form(ge=2000, le=2099)] = None,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Receipts count it. Said from the list of a year, it leads back there."""
    assert session.person_id is not None
    await rule_payment(work, payment_id, counts=True, reason="", by=session.person_id)
    return RedirectResponse(
        f"/banque/recus/versements?annee={annee}" if annee else _address(payment_id), status_code=303
    )


@router.post("/banque/recus/versements/{payment_id}/ecarter")
async def set_aside(
    payment_id: UUID,
    request: Request,
    work: Transaction,
    raison: Typed = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Receipts do not count it; one in force that does is cancelled within a minute, and made again for the others."""
    assert session.person_id is not None
    try:
        await rule_payment(work, payment_id, counts=False, reason=raison, by=session.person_id)
    except RulingRefused as refused:
        return await _page(request, work, payment_id, values={"raison": raison}, error=str(refused))
    return RedirectResponse(_address(payment_id), status_code=303)


@router.post("/banque/recus/versements/{payment_id}/reprendre")
async def take_back(
    payment_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """It was set aside by mistake: the next issue counts it, as if nothing had been said."""
    assert session.person_id is not None
    await count_again(work, payment_id, by=session.person_id)
    return RedirectResponse(_address(payment_id), status_code=303)


def _address(payment_id: UUID) -> str:
    return f"/banque/recus/versements/{payment_id}"


async def _page(
    request: Request,
    work: Work,
    payment_id: UUID,
    *,
    values: dict[str, str] | None = None,
    error: str = "",
) -> Response:
    payment = await ruled_payment(work, payment_id)
    if payment is None:
        raise PaymentNotFound
    return templates.render(
        request,
        "payment_ruling.html",
        status_code=422 if error else 200,
        headers=PRIVATE,
        payment=payment,
        values=values or {},
        errors={"raison": error} if error else {},
        longest_reason=LONGEST_REASON,
    )
