"""Units of local currencies for projects, for the treasurers of a territory."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from services.ledger.api.conversions import reference_of
from services.ledger.domain.delivery import Handed
from services.ledger.domain.local_currency import check_decision
from services.ledger.formats.amounts import read_amount
from services.ledger.formats.identifiers import read_identifier
from services.ledger.operations import deliver
from services.ledger.pages.local_currency_desk import (
    Document,
    OrderHash,
    Short,
    back,
    digest_of,
    done,
    read_day,
)
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter()


@router.post("/comptes/{territory}/monnaies/remises")
async def order_delivery(
    request: Request,
    territory: TerritoryCode,
    delivery_id: Annotated[UUID, Form()],
    work: Transaction,
    held: Short = "",
    units: Short = "",
    payee_identifier: Short = "",
    decision_reference: Short = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order units for an organisation of the network. `held` names a currency, and the fund that holds it."""
    assert session.person_id
    by = session.person_id
    local_currency, _, fund = held.partition(" ")

    async def order() -> None:
        await deliver.order_delivery(
            work,
            territory=territory,
            delivery_id=delivery_id,
            fund=fund,
            local_currency=local_currency,
            amount_minor=read_amount(units),
            payee_identifier=read_identifier(payee_identifier),
            decision_reference=check_decision(decision_reference),
            by=by,
        )

    values = {
        "held": held,
        "units": units,
        "payee_identifier": payee_identifier,
        "decision_reference": decision_reference,
    }
    return await done(request, work, territory, session, order, values)


@router.post("/comptes/{territory}/monnaies/remises/{delivery_id}/confirmation")
async def confirm_delivery(
    territory: TerritoryCode,
    delivery_id: UUID,
    order_hash: OrderHash,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm a delivery."""
    assert session.person_id
    await deliver.confirm_delivery(
        work, territory=territory, delivery_id=delivery_id, by=session.person_id, order_hash=order_hash
    )
    return back(territory)


@router.post("/comptes/{territory}/monnaies/remises/{delivery_id}/annulation")
async def cancel_delivery(
    territory: TerritoryCode, delivery_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Give a delivery up."""
    assert session.person_id
    await deliver.cancel_delivery(work, territory=territory, delivery_id=delivery_id, by=session.person_id)
    return back(territory)


@router.post("/comptes/{territory}/monnaies/remises/{delivery_id}/remise")
async def record_delivery(
    request: Request,
    territory: TerritoryCode,
    delivery_id: UUID,
    work: Transaction,
    delivered_on: Short = "",
    issuer_reference: Short = "",
    document: Document = None,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Record that the organisation has its units, with the document that proves it."""
    assert session.person_id
    by = session.person_id

    async def record() -> None:
        handed = Handed(read_day(delivered_on), reference_of(issuer_reference), await digest_of(document))
        await deliver.record_delivery(
            work, territory=territory, delivery_id=delivery_id, handed=handed, by=by
        )

    return await done(request, work, territory, session, record, {})
