"""/banque/remboursements: order a refund of a payment, confirm another person's order, give it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.domain.refund import RefundRefused
from services.pledges.operations.refund_payment import (
    WantedRefund,
    cancel_refund,
    confirm_refund,
    order_refund,
)
from services.pledges.queries.payments import PaymentView, payment_by_id
from services.pledges.queries.refunds import open_refunds
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store"}
LIST = "/banque/remboursements"


@router.get(LIST)
async def show_refunds(
    request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """What waits for a person or for the bank."""
    return templates.render(
        request, "refunds.html", headers=PRIVATE, refunds=await open_refunds(work), me=session.person_id
    )


@router.get("/banque/paiements/{payment_id}/rembourser", dependencies=[allow(Role.TREASURER)])
async def show_form(payment_id: UUID, request: Request, work: Transaction) -> Response:
    """The order's form, with what the bank said of who paid."""
    payment = await _payment(work, payment_id)
    return _form(request, payment, values=_as_it_came(payment), refused="")


@router.post("/banque/paiements/{payment_id}/rembourser")
async def order(
    payment_id: UUID,
    request: Request,
    work: Transaction,
    montant: Annotated[str, Form(max_length=40)] = "",
    nom: Annotated[str, Form(max_length=200)] = "",
    iban: Annotated[str, Form(max_length=60)] = "",
    raison: Annotated[str, Form(max_length=500)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order it; a refusal shows the form as it was typed."""
    assert session.person_id is not None
    payment = await _payment(work, payment_id)
    try:
        async with work.savepoint():
            await order_refund(
                work,
                WantedRefund(payment.pledge_id, payment_id, cents_from(montant), nom, iban, raison),
                by=session.person_id,
            )
    except (PledgeRefused, RefundRefused) as refusal:
        values = {"montant": montant, "nom": nom, "iban": iban, "raison": raison}
        return _form(request, payment, values=values, refused=str(refusal))
    return RedirectResponse(LIST, status_code=303)


@router.post("/banque/remboursements/{refund_id}/confirmation")
async def confirm(
    refund_id: UUID,
    work: Transaction,
    order_hash: Annotated[str, Form(max_length=64)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm the order that the page showed."""
    assert session.person_id is not None
    await confirm_refund(work, refund_id, by=session.person_id, order_hash=order_hash)
    return RedirectResponse(LIST, status_code=303)


@router.post("/banque/remboursements/{refund_id}/annulation")
async def cancel(
    refund_id: UUID,
    work: Transaction,
    raison: Annotated[str, Form(max_length=500)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Give an order up; a confirmed one with a reason."""
    assert session.person_id is not None
    await cancel_refund(work, refund_id, by=session.person_id, reason=raison)
    return RedirectResponse(LIST, status_code=303)


async def _payment(work: Work, payment_id: UUID) -> PaymentView:
    payment = await payment_by_id(work, payment_id)
    if payment is None:
        raise UserError("Aucun paiement reçu n’existe à cette adresse.", status=404, code="payment_not_found")
    return payment


def _as_it_came(payment: PaymentView) -> dict[str, str]:
    euros, cents = divmod(payment.left_minor, 100)
    return {
        "montant": f"{euros},{cents:02d}",
        "nom": payment.counterparty_name or "",
        "iban": payment.counterparty_iban or "",
    }


def _form(request: Request, payment: PaymentView, *, values: dict[str, str], refused: str) -> Response:
    return templates.render(
        request,
        "refund.html",
        status_code=422 if refused else 200,
        headers=PRIVATE,
        payment=payment,
        values=values,
        refused=refused,
    )
