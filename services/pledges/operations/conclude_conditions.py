"""What follows once every payment is taken into account: thresholds reached, conditions over, funders to be told."""

from datetime import date, timedelta

from services.pledges.domain.conditions import LATE_STATEMENTS, ConditionKind
from services.pledges.domain.thresholds import Scope, counted_minor
from services.pledges.operations.move_conditions import close_conditions, meet_thresholds
from services.pledges.repository.conditions import (
    Condition,
    conditions_at_their_end,
    conditions_to_call,
    open_conditions,
    save_conditions,
)
from services.pledges.repository.matching import Progress, received_by, save_progress
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import FundsCalled


async def conclude_conditions(work: Work, progress: Progress, *, settings: Settings) -> None:
    """The caller holds the matching, and found no more payments in this transaction."""
    today = work.today
    thresholds = await open_conditions(work, ConditionKind.THRESHOLD)
    if thresholds and (progress.has_moved or any(one.counted_minor is None for one in thresholds)):
        await _count(work, thresholds, today)
    if progress.has_moved:
        await save_progress(work, progress._replace(has_moved=False))
    over = await conditions_at_their_end(work, today - LATE_STATEMENTS - timedelta(days=1))
    await close_conditions(work, over, today)
    await _call(work, await conditions_to_call(work, today), today, settings=settings)


async def _count(work: Work, thresholds: list[Condition], today: date) -> None:
    """Count what came by the last day of each; those that reached their target are met."""
    scopes = [_scope(one) for one in thresholds]
    received = await received_by(work, scopes, today=today)
    counted = [
        one._replace(counted_minor=counted_minor(received, scope))
        for one, scope in zip(thresholds, scopes, strict=True)
    ]
    await save_conditions(work, counted)
    await meet_thresholds(
        work, [one for one in counted if (one.counted_minor or 0) >= (one.target_minor or 0)], today
    )


def _scope(condition: Condition) -> Scope:
    return Scope(
        condition.person_id,
        None if condition.is_everywhere else condition.territory,
        condition.fund,
        condition.until_on,
    )


async def _call(work: Work, due: list[Condition], today: date, *, settings: Settings) -> None:
    """Tell each funder what there is to pay; what comes later today is told tomorrow."""
    for one in due:
        work.record(
            FundsCalled(
                territory=one.territory,
                pledge_id=one.pledge_id,
                person_id=one.person_id,
                fund=one.fund,
                triggered_minor=one.triggered_minor,
                due_minor=one.triggered_minor - one.kept_minor,
                currency=one.currency,
                reference=one.reference,
                beneficiary_name=settings.beneficiary_name,
                beneficiary_iban=settings.beneficiary_iban,
                called_on=today,
            )
        )
    await save_conditions(
        work, [one._replace(called_minor=one.triggered_minor, called_on=today) for one in due]
    )
