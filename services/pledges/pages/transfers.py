"""Transfers to make, at the bank desk: choose some for a file, take a file again, let its orders go."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from services.pledges.domain.payment_file import MOST_ORDERS, FileNotFound, OrderStanding
from services.pledges.domain.target_days import next_business_day
from services.pledges.operations.order_transfers import order_transfers, take_transfer_file
from services.pledges.operations.payment_files import XmlFile
from services.pledges.operations.withdraw_transfers import declare_never_sent, withdraw_transfers
from services.pledges.queries.transfer_files import newest_files, orders_of_file, transfer_file
from services.pledges.queries.transfers import STOPPED, transfers
from services.pledges.settings import Settings
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
EndToEndId = Annotated[str, Field(max_length=35)]


@router.get("/banque/virements", dependencies=[allow(Role.TREASURER)])
async def show_transfers(request: Request, work: Transaction) -> Response:
    """The orders that no file has, and the files that were made."""
    settings: Settings = request.app.state.settings
    return templates.render(
        request,
        "transfers.html",
        headers={"Cache-Control": "no-store"},
        orders=await transfers(work, OrderStanding.TO_MAKE, currency="EUR"),
        stopped=await transfers(work, *STOPPED),
        files=await newest_files(work),
        values={"le": next_business_day(work.today).isoformat()},
        is_demonstration=settings.is_demonstration,
    )


@router.post("/banque/virements")
async def make_file(
    request: Request,
    work: Transaction,
    le: Annotated[date, Form()],
    ordre: Annotated[list[EndToEndId], Form(max_length=MOST_ORDERS)] = [],  # noqa: B006 - FastAPI copies it
    session: Session = allow(Role.TREASURER),
) -> Response:
    """The pain.001 file of the orders that were ticked."""
    file = await order_transfers(
        work,
        ordre,
        execute_on=le,
        settings=request.app.state.settings,
        person_id=session.person_id,
    )
    return XmlFile.of(file)


@router.get("/banque/virements/{file_id}", dependencies=[allow(Role.TREASURER)])
async def show_file(file_id: UUID, request: Request, work: Transaction) -> Response:
    """The transfers of a file, each with what became of it."""
    file = await transfer_file(work, file_id)
    if file is None:
        raise FileNotFound
    return templates.render(
        request,
        "transfer_file.html",
        headers={"Cache-Control": "no-store"},
        file=file,
        orders=await orders_of_file(work, file_id),
    )


@router.post("/banque/virements/{file_id}/retrait")
async def withdraw(
    file_id: UUID,
    work: Transaction,
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    ordre: Annotated[list[EndToEndId], Form(max_length=MOST_ORDERS)] = [],  # noqa: B006 - FastAPI copies it
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Withdraw the ticked orders: they can be chosen for another file."""
    await withdraw_transfers(work, file_id, ordre, person_id=session.person_id, reason=reason)
    return RedirectResponse(f"/banque/virements/{file_id}", status_code=303)


@router.post("/banque/virements/{file_id}/fichier")
async def take_file(file_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)) -> Response:
    """A file again, the same bytes; the taking is written down."""
    return XmlFile.of(await take_transfer_file(work, file_id, person_id=session.person_id))


@router.post("/banque/virements/{file_id}/jamais-envoye")
async def say_never_sent(
    file_id: UUID,
    work: Transaction,
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Declare that the bank never got a file: its orders can be chosen again."""
    await declare_never_sent(work, file_id, person_id=session.person_id, reason=reason)
    return RedirectResponse("/banque/virements", status_code=303)
