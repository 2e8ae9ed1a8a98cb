"""Moves conditions along, and tells the ledger: triggered, taken back, met, lapsed. One event for each promise.

Once a condition is over, what it triggered is due by a day: reminded of, and released when nobody waits any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.pledges.domain.conditions import state_of
from services.pledges.domain.terms import default_terms
from services.pledges.repository.conditions import Condition, conditions_of, save_conditions
from services.pledges.repository.schedules import lapse_more, save_ends
from shared.database import Work
from shared.events.pledges import ConditionLapsed, ConditionMet, MatchingReversed, MatchingTriggered


async def trigger_promises(work: Work, amounts: Mapping[UUID, int]) -> None:
    """So many cents of each promise are due now."""
    moved = []
    for condition in await conditions_of(work, amounts):
        amount = amounts[condition.pledge_id]
        after = _with(condition, triggered_minor=condition.triggered_minor + amount)
        work.record(MatchingTriggered(triggered_minor=after.triggered_minor, **_said(work, after, amount)))
        moved.append(after)
    await save_conditions(work, moved)


async def reverse_promises(work: Work, amounts: Mapping[UUID, int]) -> None:
    """So many cents of each promise are not due any more; of one that is closed they lapse at once.

    What had expired of it is promised no longer already: of that much there is nothing to tell.
    """
    moved = []
    conditions = await conditions_of(work, amounts)
    closed = {one.pledge_id: amounts[one.pledge_id] for one in conditions if one.closed_on is not None}
    released = await lapse_more(work, closed)
    for condition in conditions:
        amount = amounts[condition.pledge_id]
        after = _with(condition, triggered_minor=condition.triggered_minor - amount)
        if in_force := amount - released.get(condition.pledge_id, 0):
            said = _said(work, after, in_force)
            work.record(MatchingReversed(triggered_minor=after.triggered_minor, **said))
            if after.closed_on is not None:
                work.record(ConditionLapsed(**said))
        moved.append(after)
    await save_conditions(work, moved)


async def meet_thresholds(work: Work, conditions: Iterable[Condition], today: date) -> None:
    """These thresholds are reached: their promises are due whole, once and for all."""
    moved = []
    for condition in conditions:
        after = _with(condition, triggered_minor=condition.amount_minor, closed_on=today)
        work.record(ConditionMet(**_said(work, after, after.amount_minor)))
        moved.append(after)
    await _end(work, moved, today)


async def close_conditions(work: Work, conditions: Iterable[Condition], today: date) -> None:
    """Nothing more can be triggered of these: the rest lapses."""
    moved = []
    for condition in conditions:
        after = _with(condition, closed_on=today)
        if rest := after.amount_minor - after.triggered_minor:
            work.record(ConditionLapsed(**_said(work, after, rest)))
        moved.append(after)
    await _end(work, moved, today)


async def _end(work: Work, moved: Sequence[Condition], today: date) -> None:
    await save_conditions(work, moved)
    lapsed = {one.pledge_id: one.amount_minor - one.triggered_minor for one in moved}
    await save_ends(work, lapsed, due_on=default_terms(today).due_on)


def _with(condition: Condition, **changes: Any) -> Condition:
    """The condition after a change, in its new state."""
    after = condition._replace(**changes)
    state = state_of(
        amount_minor=after.amount_minor,
        triggered_minor=after.triggered_minor,
        is_closed=after.closed_on is not None,
    )
    return after._replace(state=state)


def _said(work: Work, condition: Condition, amount_minor: int) -> dict[str, Any]:
    return {
        "territory": condition.territory,
        "pledge_id": condition.pledge_id,
        "fund": condition.fund,
        "amount_minor": amount_minor,
        "currency": condition.currency,
        "decided_on": work.today,
        "instrument": condition.instrument,
    }
