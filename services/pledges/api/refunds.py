"""Refunds over HTTP: ordered by one treasurer, confirmed by another, or given up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.operations.refund_payment import (
    WantedRefund,
    cancel_refund,
    confirm_refund,
    order_refund,
)
from services.pledges.queries.refunds import RefundView, open_refunds, refund_by_id
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["remboursements"])


class NewRefund(BaseModel):
    """A payment (`payment_id`: its bank line, or its allocation) to give back in whole or in part, in cents."""

    model_config = ConfigDict(extra="forbid")

    pledge_id: UUID
    payment_id: UUID
    amount_minor: Annotated[int, Field(gt=0, le=10**15, strict=True)]
    payee_name: Annotated[str, Field(min_length=1, max_length=70)]
    payee_iban: Annotated[str, Field(max_length=50)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Confirmation(BaseModel):
    """The hash of the order that was read: another order is not confirmed by it."""

    model_config = ConfigDict(extra="forbid")

    order_hash: Annotated[str, Field(max_length=64)]


class Cancellation(BaseModel):
    """Why a refund is given up: needed once it is confirmed."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=500)] = ""


@router.get("/refunds", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_refunds(response: Response, work: Transaction) -> list[RefundView]:
    """Refunds that wait for a person or for the bank."""
    response.headers["Cache-Control"] = "no-store"
    return await open_refunds(work)


@router.post("/refunds", status_code=201)
async def order(
    body: NewRefund, response: Response, work: Transaction, session: Session = allow(Role.TREASURER)
) -> RefundView:
    """Order a refund, for another treasurer to confirm."""
    assert session.person_id is not None
    refund = await order_refund(work, WantedRefund(**body.model_dump()), by=session.person_id)
    return await _answer(work, refund.refund_id, response)


@router.post("/refunds/{refund_id}/confirmation")
async def confirm(
    refund_id: UUID,
    body: Confirmation,
    response: Response,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> RefundView:
    """Confirm another person's order, by its hash: the bank may be told."""
    assert session.person_id is not None
    await confirm_refund(work, refund_id, by=session.person_id, order_hash=body.order_hash)
    return await _answer(work, refund_id, response)


@router.post("/refunds/{refund_id}/cancellation")
async def cancel(
    refund_id: UUID,
    response: Response,
    work: Transaction,
    body: Cancellation | None = None,
    session: Session = allow(Role.TREASURER),
) -> RefundView:
    """Give an order up; once confirmed, with a reason, and while no file and no debit has its EndToEndId."""
    assert session.person_id is not None
    await cancel_refund(work, refund_id, by=session.person_id, reason=body.reason if body else "")
    return await _answer(work, refund_id, response)


async def _answer(work: Work, refund_id: UUID, response: Response) -> RefundView:
    response.headers["Cache-Control"] = "no-store"
    view = await refund_by_id(work, refund_id)
    assert view is not None
    return view
