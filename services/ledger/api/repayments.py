"""Investments that are paid back: what anybody may know, and schedules that one treasurer orders, another confirms."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.api.corrections import LARGEST_MINOR
from services.ledger.api.disbursements import Confirmation
from services.ledger.api.envelope_shares import Decision
from services.ledger.domain.instalments import MOST_BASIS_POINTS, MOST_INSTALMENTS, Computation, Instalment
from services.ledger.domain.repayment_schedule import RepaymentSchedule
from services.ledger.operations import schedule_repayments
from services.ledger.queries.investments import InvestmentView, investments_of, summed
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
AmountMinor = Annotated[int, Field(ge=0, le=LARGEST_MINOR, strict=True)]


class GivenInstalment(BaseModel):
    """An instalment as the contract has it, in minor units of the investment's currency."""

    model_config = ConfigDict(extra="forbid")

    due_on: Day
    principal_minor: AmountMinor
    interest_minor: AmountMinor = 0


class ComputedPlan(BaseModel):
    """So many equal parts of the principal, every so many months from a day, at so many basis points a year."""

    model_config = ConfigDict(extra="forbid")

    parts: Annotated[int, Field(ge=1, le=MOST_INSTALMENTS, strict=True)]
    every_months: Annotated[int, Field(ge=1, le=120, strict=True)] = 1
    first_on: Day
    basis_points: Annotated[int, Field(ge=0, le=MOST_BASIS_POINTS, strict=True)] = 0


class NewSchedule(BaseModel):
    """When what is left of an investment is paid back, and the contract or decision that says so."""

    model_config = ConfigDict(extra="forbid")

    plan: Annotated[list[GivenInstalment], Field(min_length=1, max_length=MOST_INSTALMENTS)] | ComputedPlan
    decision_reference: Decision


@router.get("/{territory}/investments", dependencies=[anyone()])
async def read_investments(territory: TerritoryCode, work: Transaction) -> dict[str, Any]:
    """What the territory lent, what came back and what is left, by currency and by investment, in minor units.

    What is due and what is late are null in a currency in which fewer than three organisations owe: it would say who.
    """
    found = await investments_of(work, territory)
    return {
        "territory": territory,
        "sums": [
            {
                "currency": sums.currency,
                "lent_minor": sums.lent_minor,
                "repaid_minor": sums.repaid_minor,
                "interest_minor": sums.interest_minor,
                "outstanding_minor": sums.outstanding_minor,
                "due_in_a_year_minor": sums.public_due_in_a_year_minor,
                "late_minor": sums.public_late_minor,
            }
            for sums in summed(found)
        ],
        "investments": [
            {
                "organisation_name": one.organisation_name,
                "currency": one.currency,
                "lent_minor": one.amount_minor,
                "repaid_minor": one.repaid_minor,
                "outstanding_minor": one.outstanding_minor,
            }
            for one in found
        ],
    }


@router.get("/{territory}/repayment-schedules", dependencies=[allow(Role.TREASURER, Role.STEWARD)])
async def list_schedules(territory: TerritoryCode, work: Transaction) -> list[dict[str, Any]]:
    """The territory's investments with their schedules, what is owed, and the reference that pays it."""
    return [_shown(one) for one in await investments_of(work, territory)]


@router.post("/{territory}/disbursements/{disbursement_id}/repayment-schedules", status_code=201)
async def order_schedule(
    territory: TerritoryCode,
    disbursement_id: UUID,
    body: NewSchedule,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Order a schedule; answers with the hash that a second treasurer confirms."""
    assert session.person_id
    plan = body.plan
    ordered = await schedule_repayments.order_schedule(
        work,
        territory=territory,
        disbursement_id=disbursement_id,
        wanted=Computation(**plan.model_dump())
        if isinstance(plan, ComputedPlan)
        else [Instalment(**one.model_dump()) for one in plan],
        decision_reference=body.decision_reference,
        by=session.person_id,
    )
    return {"schedule_id": str(ordered.schedule_id), "order_hash": ordered.order_hash}


@router.post("/{territory}/repayment-schedules/{schedule_id}/confirmation")
async def confirm_schedule(
    territory: TerritoryCode,
    schedule_id: UUID,
    body: Confirmation,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Confirm a schedule by its hash; it is in force from now on."""
    assert session.person_id
    confirmed = await schedule_repayments.confirm_schedule(
        work, territory=territory, schedule_id=schedule_id, by=session.person_id, order_hash=body.order_hash
    )
    return {"state": confirmed.state}


@router.post("/{territory}/repayment-schedules/{schedule_id}/cancellation")
async def cancel_schedule(
    territory: TerritoryCode, schedule_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, str]:
    """Give a schedule up before its confirmation."""
    assert session.person_id
    cancelled = await schedule_repayments.cancel_schedule(
        work, territory=territory, schedule_id=schedule_id, by=session.person_id
    )
    return {"state": cancelled.state}


def _shown(one: InvestmentView) -> dict[str, Any]:
    return {
        "disbursement_id": one.disbursement_id,
        "organisation_name": one.organisation_name,
        "fund": one.fund,
        "currency": one.currency,
        "lent_minor": one.amount_minor,
        "repaid_minor": one.repaid_minor,
        "interest_minor": one.interest_minor,
        "excess_minor": one.excess_minor,
        "outstanding_minor": one.outstanding_minor,
        "due_in_a_year_minor": one.due_in_a_year_minor,
        "late_minor": one.late_minor,
        "reference": one.reference,
        "owed": [instalment._asdict() for instalment in one.owed],
        "schedules": [
            _schedule(schedule) for schedule in (*one.earlier, one.in_force, one.waiting) if schedule
        ],
    }


def _schedule(schedule: RepaymentSchedule) -> dict[str, Any]:
    return {
        "schedule_id": schedule.schedule_id,
        "version": schedule.version,
        "state": schedule.state,
        "decision_reference": schedule.decision_reference,
        "ordered_by": schedule.ordered_by,
        "confirmed_by": schedule.confirmed_by,
        "order_hash": schedule.order_hash,
        "instalments": [instalment._asdict() for instalment in schedule.instalments],
    }
