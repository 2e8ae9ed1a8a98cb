"""Shares of envelope between territories: what a treasurer orders and another confirms."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.ledger.api.corrections import LARGEST_MINOR
from services.ledger.api.disbursements import Confirmation
from services.ledger.operations import share_envelope
from services.ledger.queries.envelope_shares import shares_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])

Fund = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Decision = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class NewShare(BaseModel):
    """A part of the territory's envelope in a fund and a currency, in minor units, and the decision that cedes it."""

    model_config = ConfigDict(extra="forbid")

    receiver: TerritoryCode
    fund: Fund
    amount_minor: Annotated[int, Field(ge=1, le=LARGEST_MINOR, strict=True)]
    currency: Literal["EUR", "XPF"] = "EUR"
    decision_reference: Decision


@router.get("/{territory}/envelope-shares", dependencies=[allow(Role.TREASURER, Role.STEWARD)])
async def list_shares(territory: TerritoryCode, work: Transaction) -> list[dict[str, Any]]:
    """What the territory cedes, and what others have ceded to it, the newest first."""
    return await shares_of(work, territory)


@router.post("/{territory}/envelope-shares", status_code=201)
async def order_share(
    territory: TerritoryCode, body: NewShare, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Order a share; answers with the hash that a second treasurer confirms."""
    assert session.person_id
    ordered = await share_envelope.order_share(
        work, territory=territory, by=session.person_id, **body.model_dump()
    )
    return {"share_id": str(ordered.share_id), "order_hash": ordered.order_hash}


@router.post("/{territory}/envelope-shares/{share_id}/confirmation")
async def confirm_share(
    territory: TerritoryCode,
    share_id: UUID,
    body: Confirmation,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Confirm a share by its hash; both entries are posted."""
    assert session.person_id
    confirmed = await share_envelope.confirm_share(
        work, territory=territory, share_id=share_id, by=session.person_id, order_hash=body.order_hash
    )
    return {"state": confirmed.state}


@router.post("/{territory}/envelope-shares/{share_id}/cancellation")
async def cancel_share(
    territory: TerritoryCode, share_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Give a share up before its confirmation."""
    assert session.person_id
    cancelled = await share_envelope.cancel_share(
        work, territory=territory, share_id=share_id, by=session.person_id
    )
    return {"state": cancelled.state}
