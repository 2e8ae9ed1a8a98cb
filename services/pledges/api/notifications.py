"""The bank's notifications over HTTP: what they detailed, what waits, and what a sum is made of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.operations.allocate_detail import allocate_detail
from services.pledges.operations.detail_lumps import detail_line
from services.pledges.queries.bank_line import explain_line
from services.pledges.queries.line_details import LineDetails, line_details
from services.pledges.queries.notifications import (
    NotificationView,
    WaitingEntryView,
    newest_notifications,
    waiting_notified,
)
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["banque"])


class WantedEntry(BaseModel):
    """The notified entry that details a line."""

    model_config = ConfigDict(extra="forbid")

    entry_id: UUID


class WantedPledge(BaseModel):
    """The pledge that a detail pays. `waiting_minor` is what was seen waiting on the line."""

    model_config = ConfigDict(extra="forbid")

    reference: Annotated[str, Field(max_length=80)]
    waiting_minor: Annotated[int, Field(ge=0, le=10**15, strict=True)]


@router.get("/notifications", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_notifications(work: Transaction) -> list[NotificationView]:
    """The newest notifications (camt.054), each with what became of its entries."""
    return await newest_notifications(work)


@router.get("/notifications/waiting", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_waiting_entries(work: Transaction) -> list[WaitingEntryView]:
    """Entries whose line no statement has shown yet, or that a person must choose, the oldest first."""
    return await waiting_notified(work)


@router.get("/lines/{line_id}/details", dependencies=[allow(Role.TREASURER, local_key=True)])
async def show_details(
    line_id: UUID,
    response: Response,
    work: Transaction,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> LineDetails:
    """What a line is made of, what waits first; or the notified entries that may say it."""
    if await explain_line(work, line_id) is None:
        raise UserError("Aucune ligne de relevé n’existe à cette adresse.", status=404, code="line_not_found")
    response.headers["Cache-Control"] = "no-store"
    return await line_details(work, line_id, offset=offset)


@router.post("/lines/{line_id}/details", dependencies=[allow(Role.TREASURER)])
async def choose_entry(
    line_id: UUID, body: WantedEntry, response: Response, work: Transaction
) -> LineDetails:
    """Say which notified entry details a line; what its details name is allocated."""
    await detail_line(work, line_id, body.entry_id)
    response.headers["Cache-Control"] = "no-store"
    return await line_details(work, line_id)


@router.post("/lines/{line_id}/details/{detail_id}/allocation")
async def allocate(
    line_id: UUID,
    detail_id: UUID,
    body: WantedPledge,
    response: Response,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> LineDetails:
    """Allocate a detail to a pledge."""
    await allocate_detail(
        work,
        line_id,
        detail_id,
        reference=body.reference,
        waiting_minor=body.waiting_minor,
        by=session.person_id,
    )
    response.headers["Cache-Control"] = "no-store"
    return await line_details(work, line_id)
