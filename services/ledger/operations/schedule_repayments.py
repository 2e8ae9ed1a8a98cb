"""Records when an investment is paid back, by its contract: one treasurer orders it, another confirms the hash."""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.domain.instalments import Computation, Instalment, computed_instalments
from services.ledger.domain.repayment_schedule import (
    NotAnInvestment,
    NothingLeftToRepay,
    RepaymentSchedule,
    ScheduleOrdererLeft,
    ScheduleState,
    ScheduleWaits,
    check_instalments,
)
from services.ledger.operations.treasurers import check_treasurer, is_treasurer
from services.ledger.repository import books, repayment_schedules, repayments
from shared.database import Work
from shared.events.ledger import InstalmentDue, RepaymentScheduled
from shared.values import new_id
from shared.web.errors import UserError


async def order_schedule(
    work: Work,
    *,
    territory: str,
    disbursement_id: UUID,
    wanted: Sequence[Instalment] | Computation,
    decision_reference: str,
    by: UUID,
) -> RepaymentSchedule:
    """The instalments of what is left to repay, given or computed, for another treasurer to confirm.

    The same again by the same person, while it waits, is the same order. Raises ScheduleRefused, UserError (403).
    """
    await check_treasurer(work, by, territory)
    await books.lock_chain(work, territory)
    investment = await repayment_schedules.investment(work, territory, disbursement_id)
    if investment is None:
        raise NotAnInvestment
    paid = await repayments.paid_of(work, territory, disbursement_id)
    left = investment.amount_minor - paid.principal_minor
    if not left:
        raise NothingLeftToRepay
    if isinstance(wanted, Computation):
        wanted = computed_instalments(wanted, principal_minor=left)
    earlier = await repayment_schedules.schedule_in_force(work, territory, disbursement_id)
    schedule = RepaymentSchedule(
        schedule_id=new_id(),
        territory=territory,
        disbursement_id=disbursement_id,
        version=earlier.version + 1 if earlier else 1,
        currency=investment.currency,
        instalments=check_instalments(wanted, principal_minor=left),
        decision_reference=decision_reference,
        ordered_by=by,
        principal_before_minor=paid.principal_minor,
        interest_before_minor=paid.interest_minor,
    )
    if await repayment_schedules.add_schedule(work, schedule):
        return schedule
    waiting = await repayment_schedules.waiting_schedule(work, territory, disbursement_id)
    if waiting is None or not waiting.is_ordered_as(schedule):
        raise ScheduleWaits
    return waiting


async def confirm_schedule(
    work: Work, *, territory: str, schedule_id: UUID, by: UUID, order_hash: str
) -> RepaymentSchedule:
    """The confirmation of a second treasurer: it is in force from now on. The same again changes nothing.

    Raises ScheduleRefused, UserError. Principal or interest that came, or went back, since it was ordered would be owed
    twice or never: it is ordered again.
    """
    await check_treasurer(work, by, territory)
    await books.lock_chain(work, territory)
    schedule = await _found(work, territory, schedule_id)
    if schedule.is_confirmed_by(by, order_hash=order_hash):
        return schedule
    if await repayment_schedules.investment(work, territory, schedule.disbursement_id) is None:
        raise NotAnInvestment
    paid = await repayments.paid_of(work, territory, schedule.disbursement_id)
    schedule = schedule.confirmed(
        by,
        order_hash=order_hash,
        on=work.today,
        **paid._asdict(),
    )
    if not await is_treasurer(work, schedule.ordered_by, territory):
        raise ScheduleOrdererLeft
    await repayment_schedules.save_schedule(work, schedule)
    work.record(
        RepaymentScheduled(
            territory=territory,
            disbursement_id=schedule.disbursement_id,
            schedule_id=schedule_id,
            schedule_version=schedule.version,
            currency=schedule.currency,
            instalments=tuple(InstalmentDue(**one._asdict()) for one in schedule.instalments),
        )
    )
    return schedule


async def cancel_schedule(work: Work, *, territory: str, schedule_id: UUID, by: UUID) -> RepaymentSchedule:
    """Give a schedule up before its confirmation. Raises ScheduleNotInState, UserError."""
    await check_treasurer(work, by, territory)
    schedule = await _found(work, territory, schedule_id)
    if schedule.state is ScheduleState.CANCELLED:
        return schedule
    cancelled = schedule.cancelled()
    await repayment_schedules.save_schedule(work, cancelled)
    return cancelled


async def _found(work: Work, territory: str, schedule_id: UUID) -> RepaymentSchedule:
    schedule = await repayment_schedules.lock_schedule(work, territory, schedule_id)
    if schedule is None:
        raise UserError(
            "Cet échéancier n’existe pas dans ce territoire : vérifiez l’adresse.",
            status=404,
            code="unknown_schedule",
        )
    return schedule
