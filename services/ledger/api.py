"""The ledger over HTTP: public progress, treasurers' orders, operators' checks."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.ledger.operations import disburse
from services.ledger.operations.adopt_policy import adopt_policy
from services.ledger.queries.disbursements import disbursements_of
from services.ledger.queries.entries import entries_of
from services.ledger.queries.statements import statement_posting
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(prefix="/api/ledger", tags=["ledger"])

TREASURER_HERE = allow(Role.TREASURER)


class PolicyAdopted(BaseModel):
    """A local-currency share that an assembly adopted."""

    territory: TerritoryCode
    basis_points: Annotated[int, Field(ge=0, le=10_000)]
    effective_on: date
    decision_reference: Annotated[str, Field(min_length=3, max_length=200)]


class Confirmation(BaseModel):
    """What the second treasurer confirms: the hash of the order as it was shown."""

    order_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@router.get("/progress", dependencies=[anyone()])
async def read_progress(request: Request) -> dict[str, Any]:
    """The four figures, per territory and in total, in cents."""
    return await request.app.state.board.current()


@router.get("/progress/events", dependencies=[anyone()])
async def follow_progress(request: Request) -> StreamingResponse:
    """Server-sent events: the same JSON, once at once and then whenever it changes."""
    return StreamingResponse(
        request.app.state.board.follow(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post("/policies", status_code=201)
async def adopt_share(
    body: PolicyAdopted, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> dict[str, str]:
    """Adopt a local-currency share from a day on."""
    assert session.person_id
    policy_id = await adopt_policy(work, by=session.person_id, **body.model_dump())
    return {"policy_id": str(policy_id)}


@router.get("/statements/{statement_id}", dependencies=[allow(Role.TREASURER, local_key=True)])
async def follow_statement(statement_id: UUID, work: Transaction) -> dict[str, Any]:
    """How many lines of a statement are posted."""
    found = await statement_posting(work, statement_id)
    if found is None:
        raise UserError(
            "Le grand livre n’a encore rien reçu de ce relevé : réessayez dans un instant.",
            status=404,
            code="unknown_statement",
        )
    return found


@router.get("/{territory}/entries", dependencies=[allow(Role.TREASURER, Role.STEWARD, local_key=True)])
async def list_entries(
    territory: TerritoryCode,
    work: Transaction,
    before: int | None = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
) -> list[dict[str, Any]]:
    """A page of the territory's journal, the newest first."""
    return await entries_of(work, territory, before=before, at_most=limit)


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
