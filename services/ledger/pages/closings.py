"""Closed periods: read by anybody, closed by the national treasury."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.operations.close_period import PeriodNotClosed, close_period
from services.ledger.repository.closings import all_closings
from shared.database import Work
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/clotures")
async def show_closings(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    """Closed periods; who keeps the national desk closes another one."""
    return await _closings(request, work, session, values={}, errors={})


@router.post("/comptes/clotures")
async def close(
    request: Request,
    work: Transaction,
    through: Annotated[str, Form(max_length=10)] = "",
    decision_reference: Annotated[str, Form(max_length=200)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Close the books up to a day."""
    assert session.person_id
    values, errors = {"through": through, "decision_reference": decision_reference}, dict[str, str]()
    decision = decision_reference.strip()
    if len(decision) < 3:
        errors["decision_reference"] = "Nommez la décision qui approuve cette clôture."
    try:
        day = date.fromisoformat(through)
    except ValueError:
        errors["through"] = "Choisissez un jour."
    if not errors:
        try:
            await close_period(work, through=day, decision_reference=decision, by=session.person_id)
        except PeriodNotClosed as refusal:
            errors["through"] = str(refusal)
    if errors:
        return await _closings(request, work, session, values=values, errors=errors)
    return RedirectResponse("/comptes/clotures", status_code=303)


async def _closings(
    request: Request, work: Work, session: Session, *, values: dict[str, str], errors: dict[str, str]
) -> Response:
    return templates.render(
        request,
        "closings.html",
        status_code=422 if errors else 200,
        closings=await all_closings(work),
        may_close=session.holds([Role.TREASURER]),
        values=values,
        errors=errors,
    )
