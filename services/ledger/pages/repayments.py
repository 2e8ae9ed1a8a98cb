"""Investments that are paid back: what is left, for anybody; schedules, for treasurers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.domain.repayment_schedule import ScheduleRefused
from services.ledger.operations import schedule_repayments
from services.ledger.pages.places import lane_of
from services.ledger.pages.reading_schedules import read_schedule
from services.ledger.queries.investments import (
    InvestmentView,
    investment_of,
    investments_of,
    repayments_of,
    summed,
)
from shared.database import Work
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/{territory}/investissements", dependencies=[anyone()])
async def show_investments(request: Request, territory: str, work: Transaction) -> Response:
    """What the territory lent, what came back, what is due and what is late."""
    place = lane_of(territory)
    found = await investments_of(work, place.code)
    return templates.render(request, "investments.html", place=place, rows=found, sums=summed(found))


@router.get("/comptes/{territory}/remboursements", dependencies=[allow(Role.TREASURER)])
async def list_repayments(request: Request, territory: str, work: Transaction) -> Response:
    """Each investment: its schedule, what is late, what waits for a confirmation."""
    place = lane_of(territory)
    found = await investments_of(work, place.code)
    return templates.render(request, "repayments.html", place=place, rows=found, sums=summed(found))


@router.get("/comptes/{territory}/remboursements/{disbursement_id}")
async def show_repayments(
    request: Request,
    territory: str,
    disbursement_id: UUID,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """One investment: its schedule, what came, how it is paid, and the form for a schedule."""
    return await _page(request, work, territory, disbursement_id, session, values={}, errors={})


@router.post("/comptes/{territory}/remboursements/{disbursement_id}")
async def order_schedule(
    request: Request,
    territory: str,
    disbursement_id: UUID,
    work: Transaction,
    lines: Annotated[str, Form(max_length=40_000)] = "",
    parts: Annotated[str, Form(max_length=10)] = "",
    every_months: Annotated[str, Form(max_length=10)] = "",
    first_on: Annotated[str, Form(max_length=10)] = "",
    rate: Annotated[str, Form(max_length=20)] = "",
    decision_reference: Annotated[str, Form(max_length=200)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order a schedule; a refusal shows the form again as it was filled in."""
    assert session.person_id
    place = lane_of(territory)
    investment = await _found(work, place.code, disbursement_id)
    values = {
        "lines": lines,
        "parts": parts,
        "every_months": every_months,
        "first_on": first_on,
        "rate": rate,
        "decision_reference": decision_reference,
    }
    errors = dict[str, str]()
    wanted = read_schedule(values, errors, currency=investment.currency)
    decision = decision_reference.strip()
    if len(decision) < 3:
        errors["decision_reference"] = "Nommez le contrat ou la décision qui fixe ces échéances."
    if wanted is not None and not errors:
        try:
            await schedule_repayments.order_schedule(
                work,
                territory=place.code,
                disbursement_id=disbursement_id,
                wanted=wanted,
                decision_reference=decision,
                by=session.person_id,
            )
        except ScheduleRefused as refusal:
            errors["lines"] = str(refusal)
    if errors:
        return await _page(request, work, territory, disbursement_id, session, values=values, errors=errors)
    return _back(place.code, disbursement_id)


@router.post("/comptes/{territory}/echeanciers/{schedule_id}/confirmation")
async def confirm_schedule(
    territory: str,
    schedule_id: UUID,
    order_hash: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm a schedule."""
    assert session.person_id
    place = lane_of(territory)
    confirmed = await schedule_repayments.confirm_schedule(
        work, territory=place.code, schedule_id=schedule_id, by=session.person_id, order_hash=order_hash
    )
    return _back(place.code, confirmed.disbursement_id)


@router.post("/comptes/{territory}/echeanciers/{schedule_id}/annulation")
async def cancel_schedule(
    territory: str, schedule_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Give a schedule up."""
    assert session.person_id
    place = lane_of(territory)
    cancelled = await schedule_repayments.cancel_schedule(
        work, territory=place.code, schedule_id=schedule_id, by=session.person_id
    )
    return _back(place.code, cancelled.disbursement_id)


async def _page(
    request: Request,
    work: Work,
    territory: str,
    disbursement_id: UUID,
    session: Session,
    *,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    place = lane_of(territory)
    return templates.render(
        request,
        "repayment.html",
        status_code=422 if errors else 200,
        place=place,
        investment=await _found(work, place.code, disbursement_id),
        repayments=await repayments_of(work, place.code, disbursement_id),
        me=session.person_id,
        values=values,
        errors=errors,
    )


async def _found(work: Work, territory: str, disbursement_id: UUID) -> InvestmentView:
    found = await investment_of(work, territory, disbursement_id)
    if found is None:
        raise UserError(
            "Cet investissement n’existe pas dans ce territoire, ou n’est pas encore versé : vérifiez l’adresse.",
            status=404,
            code="unknown_investment",
        )
    return found


def _back(territory: str, disbursement_id: UUID) -> Response:
    return RedirectResponse(f"/comptes/{territory}/remboursements/{disbursement_id}", status_code=303)
