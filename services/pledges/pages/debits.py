"""Direct debits at the bank desk: what is due on a day, batches, what became of each collection."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.debit_refusals import DebitsRefused
from services.pledges.domain.target_days import business_days_after, next_business_day
from services.pledges.operations.payment_files import XmlFile
from services.pledges.operations.prepare_debits import (
    cancel_debits,
    due_debits,
    prepare_debits,
)
from services.pledges.operations.send_debits import send_debits
from services.pledges.queries.debits import (
    PAGE_COLLECTIONS,
    batch_by_id,
    collections_of_batch,
    newest_batches,
)
from services.pledges.settings import Settings
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store"}
DAYS_TO_SEND = 3
"""Business days that the suggested date leaves to take the file to the bank."""


@router.get("/banque/prelevements", dependencies=[allow(Role.TREASURER)])
async def show_debits(
    request: Request, work: Transaction, le: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The batches; what would be collected on a day, when one is asked for."""
    settings: Settings = request.app.state.settings
    due, errors = None, dict[str, str]()
    if le and settings.collecting_creditor_id is not None:
        try:
            due = await due_debits(work, collect_on=date.fromisoformat(le), settings=settings)
        except DebitsRefused as refusal:
            errors["le"] = str(refusal)
        except ValueError:
            errors["le"] = "Écrivez une date, par exemple 2026-12-15."
    return templates.render(
        request,
        "debits.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        is_off=settings.collecting_creditor_id is None,
        is_demonstration=settings.is_demonstration,
        values={"le": le or _suggested(work.today, settings).isoformat()},
        errors=errors,
        due=due,
        batches=await newest_batches(work),
    )


@router.post("/banque/prelevements")
async def prepare(
    request: Request,
    work: Transaction,
    le: Annotated[date, Form()],
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Prepare what is due on a day, and announce it."""
    batch_id = await prepare_debits(
        work, collect_on=le, settings=request.app.state.settings, prepared_by=session.person_id
    )
    return RedirectResponse(f"/banque/prelevements/{batch_id}", status_code=303)


@router.get("/banque/prelevements/{batch_id}", dependencies=[allow(Role.TREASURER)])
async def show_batch(
    batch_id: UUID, request: Request, work: Transaction, debut: Annotated[int, Query(ge=0, le=10**6)] = 0
) -> Response:
    """A batch and its collections."""
    batch = await batch_by_id(work, batch_id)
    if batch is None:
        raise UserError("Cette remise de prélèvements n’existe pas.", status=404, code="batch_not_found")
    return templates.render(
        request,
        "debit_batch.html",
        headers=PRIVATE,
        batch=batch,
        today=work.today,
        collections=await collections_of_batch(work, batch_id, offset=debut),
        start=debut,
        page_collections=PAGE_COLLECTIONS,
    )


@router.post("/banque/prelevements/{batch_id}/fichier")
async def take_file(
    batch_id: UUID, request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """The file for the bank: made at the first call, the same bytes ever after; each taking is written down."""
    file = await send_debits(work, batch_id, settings=request.app.state.settings, person_id=session.person_id)
    return XmlFile.of(file)


@router.post("/banque/prelevements/{batch_id}/annulation")
async def cancel(batch_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)) -> Response:
    """Cancel a batch whose file was not made."""
    await cancel_debits(work, batch_id, by=session.person_id)
    return RedirectResponse(f"/banque/prelevements/{batch_id}", status_code=303)


def _suggested(today: date, settings: Settings) -> date:
    """A day by which savers are told in time, with some days left for the file."""
    sendable = next_business_day(today + timedelta(days=settings.prenotification_days))
    return business_days_after(sendable, settings.bank_lead_days + DAYS_TO_SEND)
