"""Conversions into local currencies: what treasurers order, confirm and record."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.api.disbursements import Confirmation
from services.ledger.domain.conversion import UnitsReceived
from services.ledger.domain.local_currency import check_text
from services.ledger.operations import convert, follow_conversion
from services.ledger.queries.conversions import conversions_of, deliveries_of, standing
from shared.events.contract import AmountMinor, TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])
READERS = Role.TREASURER, Role.STEWARD

Fund = Annotated[str, Field(min_length=1, max_length=60)]
LocalCode = Annotated[str, Field(pattern="^X-[A-Z]{2,10}$")]
Reference = Annotated[str, Field(max_length=200)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class NewConversion(BaseModel):
    """How much to convert of a fund, in cents. Who asks makes `conversion_id`: the same again is the same order."""

    model_config = ConfigDict(extra="forbid")

    conversion_id: UUID
    fund: Fund
    local_currency: LocalCode
    amount_minor: AmountMinor


class IssuersWord(BaseModel):
    """What the issuer confirmed, with the SHA-256 of the document that proves it."""

    model_config = ConfigDict(extra="forbid")

    issuer_reference: Reference
    proof_sha256: Sha256


class NewUnits(IssuersWord):
    """Units that came for a conversion, in hundredths."""

    units_minor: AmountMinor
    received_on: date


def reference_of(written: str) -> str:
    """The issuer's reference as somebody wrote it, checked. Raises RegistryRefused."""
    return check_text(written, what="La référence de l’émetteur", least=1, most=120)


@router.get("/{territory}/local-currency", dependencies=[allow(*READERS)])
async def show_standing(territory: TerritoryCode, work: Transaction) -> dict[str, Any]:
    """What a territory has to convert and to deliver, by fund, and its conversions and deliveries, the newest first."""
    return {
        **await standing(work, territory),
        "conversions": await conversions_of(work, territory),
        "deliveries": await deliveries_of(work, territory),
    }


@router.post("/{territory}/conversions", status_code=201)
async def order_conversion(
    territory: TerritoryCode, body: NewConversion, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Order a conversion; answers with the hash that a second treasurer confirms."""
    assert session.person_id
    ordered = await convert.order_conversion(
        work, territory=territory, by=session.person_id, **body.model_dump()
    )
    return {"state": ordered.state, "order_hash": ordered.order_hash}


@router.post("/{territory}/conversions/{conversion_id}/confirmation")
async def confirm_conversion(
    territory: TerritoryCode,
    conversion_id: UUID,
    body: Confirmation,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Confirm a conversion by its hash; the issuer may be paid."""
    assert session.person_id
    confirmed = await convert.confirm_conversion(
        work,
        territory=territory,
        conversion_id=conversion_id,
        by=session.person_id,
        order_hash=body.order_hash,
    )
    return {"state": confirmed.state, "end_to_end_id": confirmed.end_to_end_id}


@router.post("/{territory}/conversions/{conversion_id}/cancellation")
async def cancel_conversion(
    territory: TerritoryCode, conversion_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Give a conversion up before its confirmation."""
    assert session.person_id
    cancelled = await convert.cancel_conversion(
        work, territory=territory, conversion_id=conversion_id, by=session.person_id
    )
    return {"state": cancelled.state}


@router.post("/{territory}/conversions/{conversion_id}/units")
async def record_units(
    territory: TerritoryCode,
    conversion_id: UUID,
    body: NewUnits,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Record the units that the issuer gave: as many as euros were transferred."""
    assert session.person_id
    received = UnitsReceived(
        body.units_minor, body.received_on, reference_of(body.issuer_reference), body.proof_sha256
    )
    recorded = await follow_conversion.record_units(
        work, territory=territory, conversion_id=conversion_id, received=received, by=session.person_id
    )
    return {"state": recorded.state}
