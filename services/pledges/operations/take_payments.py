"""Takes the next payments into account, in order: what they trigger of funders' promises, and what returns take back.

Allocations come before the statement lines that were read, since a line may give one of them back: both were
committed by then, whereas a line that is read later may be of an allocation that was not there yet.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from services.pledges.domain.conditions import ConditionKind
from services.pledges.domain.match_funding import Matcher, Share, match
from services.pledges.operations.move_conditions import reverse_promises, trigger_promises
from services.pledges.repository.conditions import Condition, forget_calls, open_conditions
from services.pledges.repository.matching import (
    Credit,
    GivenBack,
    NextStatement,
    Progress,
    add_matched,
    credits_after,
    new_allocations,
    next_statement,
    returns_after,
    save_progress,
    take_back,
    undone_allocations,
)
from shared.database import Work

CHUNK = 1_000
"""Payments in one transaction: a third of a second with ten funders who share each of them (measured, two cores)."""


async def take_payments(work: Work, progress: Progress) -> bool:
    """Whether anything was taken; then there may be more. The caller holds the matching."""
    if undone := await undone_allocations(work, limit=CHUNK):
        await _take_back(work, undone)
        await save_progress(work, progress._replace(has_moved=True))
        return True
    matching = await open_conditions(work, ConditionKind.MATCH_FUNDING)
    waiting = [*matching, *await open_conditions(work, ConditionKind.THRESHOLD)]
    statement = await next_statement(work, progress.position)
    credits = await _credits(work, statement, progress) if matching else []
    given_back = await _returns(work, statement, progress)
    if allocations := await _allocations(work, waiting):
        shares = await _match(work, allocations, matching)
        await add_matched(work, [one.payment for one in allocations], shares)
        await save_progress(work, progress._replace(has_moved=True))
        return True
    if statement is None:
        return False
    shares = await _match(work, credits, matching)
    triggering = {share.payment_id for share in shares}
    await add_matched(work, [one.payment for one in credits if one.payment.payment_id in triggering], shares)
    await _take_back(work, given_back)
    await save_progress(work, _moved_on(progress, statement, [*credits, *given_back]))
    return True


async def _credits(work: Work, statement: NextStatement | None, progress: Progress) -> list[Credit]:
    if statement is None or progress.at_returns:
        return []
    return await credits_after(work, statement.statement_id, progress, limit=CHUNK)


async def _returns(work: Work, statement: NextStatement | None, progress: Progress) -> list[GivenBack]:
    if statement is None or not progress.at_returns:
        return []
    return await returns_after(work, statement.statement_id, progress, limit=CHUNK)


async def _allocations(work: Work, waiting: Sequence[Condition]) -> list[Credit]:
    """None is older than the line that it divides, nor that than the period of a condition; a day for clocks."""
    if not waiting:
        return []
    first = min(one.from_on for one in waiting) - timedelta(days=1)
    return await new_allocations(work, made_since=datetime.combine(first, time(), UTC), limit=CHUNK)


async def _match(work: Work, credits: Sequence[Credit], matching: Sequence[Condition]) -> list[Share]:
    """What credits trigger, written to the promises."""
    matchers = [_matcher(one) for one in matching]
    shares = [share for one in credits if not one.is_conditional for share in match(one.payment, matchers)]
    triggered: Counter[UUID] = Counter()
    for share in shares:
        triggered[share.pledge_id] += share.amount_minor
    await trigger_promises(work, triggered)
    return shares


async def _take_back(work: Work, given_back: Sequence[GivenBack]) -> None:
    """What returns take back of promises; and a funder whose own payment did not hold is called again. Not one to whom
    we gave it back: that was agreed."""
    reversed_: Counter[UUID] = Counter()
    for reversal in await take_back(work, given_back):
        reversed_[reversal.pledge_id] += reversal.more_minor
    await reverse_promises(work, +reversed_)
    await forget_calls(work, [one.payment_id for one in given_back if not one.is_refund])


def _matcher(condition: Condition) -> Matcher:
    assert condition.ratio_basis_points is not None
    return Matcher(
        pledge_id=condition.pledge_id,
        person_id=condition.person_id,
        territory=None if condition.is_everywhere else condition.territory,
        fund=condition.fund,
        ratio_basis_points=condition.ratio_basis_points,
        from_on=condition.from_on,
        until_on=condition.until_on,
        cap_minor=condition.amount_minor,
        triggered_minor=condition.triggered_minor,
    )


def _moved_on(progress: Progress, statement: NextStatement, lines: Sequence[Credit | GivenBack]) -> Progress:
    """After a full chunk the next lines of its kind; after the last credits the returns; then the next statement."""
    if len(lines) == CHUNK:
        last = lines[-1]
        return progress._replace(entry_index=last.entry_index, detail_index=last.detail_index, has_moved=True)
    position = statement.position if progress.at_returns else progress.position
    return Progress(position, not progress.at_returns, 0, 0, True)
