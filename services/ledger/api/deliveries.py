"""Units of local currencies for projects: what treasurers order, confirm and record."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.api.conversions import Fund, IssuersWord, LocalCode, reference_of
from services.ledger.api.disbursements import Confirmation
from services.ledger.domain.delivery import Handed
from services.ledger.domain.local_currency import check_decision
from services.ledger.formats.identifiers import read_identifier
from services.ledger.operations import deliver
from shared.events.contract import AmountMinor, TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])


class NewDelivery(BaseModel):
    """Units for an organisation of the network, named by its SIREN or RNA number, and the decision that says so."""

    model_config = ConfigDict(extra="forbid")

    delivery_id: UUID
    fund: Fund
    local_currency: LocalCode
    amount_minor: AmountMinor
    payee_identifier: Annotated[str, Field(max_length=30)]
    decision_reference: Annotated[str, Field(max_length=400)]


class NewHanding(IssuersWord):
    """When the organisation got its units."""

    delivered_on: date


@router.post("/{territory}/deliveries", status_code=201)
async def order_delivery(
    territory: TerritoryCode, body: NewDelivery, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Order units for an organisation of the network; answers with the hash that a second treasurer confirms."""
    assert session.person_id
    said = body.model_dump(exclude={"payee_identifier", "decision_reference"})
    ordered = await deliver.order_delivery(
        work,
        territory=territory,
        payee_identifier=read_identifier(body.payee_identifier),
        decision_reference=check_decision(body.decision_reference),
        by=session.person_id,
        **said,
    )
    return {"state": ordered.state, "order_hash": ordered.order_hash}


@router.post("/{territory}/deliveries/{delivery_id}/confirmation")
async def confirm_delivery(
    territory: TerritoryCode,
    delivery_id: UUID,
    body: Confirmation,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Confirm a delivery by its hash; the issuer may be told."""
    assert session.person_id
    confirmed = await deliver.confirm_delivery(
        work, territory=territory, delivery_id=delivery_id, by=session.person_id, order_hash=body.order_hash
    )
    return {"state": confirmed.state}


@router.post("/{territory}/deliveries/{delivery_id}/cancellation")
async def cancel_delivery(
    territory: TerritoryCode, delivery_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Give a delivery up while nothing has moved."""
    assert session.person_id
    cancelled = await deliver.cancel_delivery(
        work, territory=territory, delivery_id=delivery_id, by=session.person_id
    )
    return {"state": cancelled.state}


@router.post("/{territory}/deliveries/{delivery_id}/handing")
async def record_delivery(
    territory: TerritoryCode,
    delivery_id: UUID,
    body: NewHanding,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Record that the organisation has its units."""
    assert session.person_id
    handed = Handed(body.delivered_on, reference_of(body.issuer_reference), body.proof_sha256)
    recorded = await deliver.record_delivery(
        work, territory=territory, delivery_id=delivery_id, handed=handed, by=session.person_id
    )
    return {"state": recorded.state}
