"""Money out, for treasurers: what waits for an order or a confirmation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.operations import disburse, release
from services.ledger.pages.places import place_of
from services.ledger.queries.disbursements import disbursements_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/{territory}/versements")
async def disbursements(
    request: Request, territory: str, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """What waits for an order or a confirmation."""
    place = place_of(territory)
    return templates.render(
        request,
        "disbursements.html",
        place=place,
        rows=await disbursements_of(work, place.code),
        me=session.person_id,
    )


@router.post("/comptes/{territory}/versements/{disbursement_id}/ordre")
async def order(
    territory: TerritoryCode,
    disbursement_id: UUID,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order a disbursement."""
    assert session.person_id
    await disburse.order(work, territory=territory, disbursement_id=disbursement_id, by=session.person_id)
    return RedirectResponse(f"/comptes/{territory}/versements", status_code=303)


@router.post("/comptes/{territory}/versements/{disbursement_id}/confirmation")
async def confirm(
    territory: TerritoryCode,
    disbursement_id: UUID,
    order_hash: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm an order."""
    assert session.person_id
    await disburse.confirm(
        work,
        territory=territory,
        disbursement_id=disbursement_id,
        by=session.person_id,
        order_hash=order_hash,
    )
    return RedirectResponse(f"/comptes/{territory}/versements", status_code=303)


@router.post("/comptes/{territory}/versements/{disbursement_id}/liberation")
async def give_up(
    territory: TerritoryCode,
    disbursement_id: UUID,
    reason: Annotated[str, Form(max_length=2000)],
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Give a reservation up."""
    assert session.person_id
    await release.release(
        work, territory=territory, disbursement_id=disbursement_id, by=session.person_id, reason=reason
    )
    return RedirectResponse(f"/comptes/{territory}/versements", status_code=303)
