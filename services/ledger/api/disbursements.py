"""Money out: what a treasurer orders and another confirms."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.operations import disburse, release
from services.ledger.queries.disbursements import disbursements_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])
TREASURER_HERE = allow(Role.TREASURER)


class Confirmation(BaseModel):
    """What the second treasurer confirms: the hash of the order as it was shown."""

    order_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Release(BaseModel):
    """Why a reservation is given up, without anybody's name."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=2000)]


@router.get("/{territory}/disbursements", dependencies=[allow(Role.TREASURER, Role.STEWARD)])
async def list_disbursements(territory: TerritoryCode, work: Transaction) -> list[dict[str, Any]]:
    """The territory's disbursements."""
    return await disbursements_of(work, territory)


@router.post("/{territory}/disbursements/{disbursement_id}/order")
async def order_disbursement(
    territory: TerritoryCode, disbursement_id: UUID, work: Transaction, session: Session = TREASURER_HERE
) -> dict[str, str]:
    """Order a reserved disbursement; answers with the hash that a second treasurer confirms."""
    assert session.person_id
    ordered = await disburse.order(
        work, territory=territory, disbursement_id=disbursement_id, by=session.person_id
    )
    return {"state": ordered.state, "order_hash": ordered.order_hash}


@router.post("/{territory}/disbursements/{disbursement_id}/confirmation")
async def confirm_disbursement(
    territory: TerritoryCode,
    disbursement_id: UUID,
    body: Confirmation,
    work: Transaction,
    session: Session = TREASURER_HERE,
) -> dict[str, str]:
    """Confirm an order by its hash; the money is committed."""
    assert session.person_id
    confirmed = await disburse.confirm(
        work,
        territory=territory,
        disbursement_id=disbursement_id,
        by=session.person_id,
        order_hash=body.order_hash,
    )
    return {"state": confirmed.state, "end_to_end_id": confirmed.end_to_end_id}


@router.post("/{territory}/disbursements/{disbursement_id}/release")
async def release_disbursement(
    territory: TerritoryCode,
    disbursement_id: UUID,
    body: Release,
    work: Transaction,
    session: Session = TREASURER_HERE,
) -> dict[str, str]:
    """Give a reservation up that nobody confirmed; the envelope gets its own back, the need may ask again."""
    assert session.person_id
    released = await release.release(
        work,
        territory=territory,
        disbursement_id=disbursement_id,
        by=session.person_id,
        reason=body.reason,
    )
    return {"state": released.state}
