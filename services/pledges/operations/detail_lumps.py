"""Applies notifications to the sums that they detail: each detail that names one pledge pays it, the rest waits on.

Direct debits that come back in a sum are marked, and their mandates suspended, although their money waits.

The sum's line is locked first, then pledges by their ids, then allocations, as everybody does; notified entries change
under the import lock only.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.allocation import AllocatedBy, AllocationRefused
from services.pledges.domain.detailing import LeftToPerson, left_to_person
from services.pledges.domain.matching import candidate_references
from services.pledges.domain.notified_matching import Match, MatchedOn, settle
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.reconciliation import Reconciliation
from services.pledges.operations.allocate_line import locked
from services.pledges.operations.allocation_events import allocation_made
from services.pledges.operations.return_collections import is_return, return_collections
from services.pledges.repository.allocations import (
    Allocation,
    WaitingLine,
    add_allocations,
    lock_lines,
    take_from_lines,
)
from services.pledges.repository.expected_debits import lock_expected_debits
from services.pledges.repository.notified_details import (
    DetailOutcome,
    KeptDetail,
    details_of_lines,
    save_outcomes,
)
from services.pledges.repository.notified_entries import (
    account_waiting,
    lumps_for,
    save_already_detailed,
    save_matches,
    waiting_entries,
)
from services.pledges.repository.pledges import lock_pledges, save_money
from services.pledges.repository.statements import lock_imports
from services.pledges.repository.taken_back import taken_back
from shared.database import Work
from shared.values import companion_id

LINES_AT_ONCE = 20
"""Sums whose details are in memory together: remittances have some hundred, and the longest a hundred thousand."""


async def detail_lumps(work: Work, *, ibans: Sequence[str], chosen: Sequence[WaitingLine] = ()) -> int:
    """Settle what waits on these accounts: how many sums were detailed. The import lock is held.

    `chosen`: lines, locked, of which a person has said what details them.
    """
    waiting = await waiting_entries(work, ibans=ibans)
    settlement = settle(waiting, await lumps_for(work, waiting))
    lines = await lock_lines(work, [match.line_id for match in settlement.matches])
    await save_already_detailed(work, settlement.already_detailed)
    await save_matches(work, settlement.matches)
    detailed = [*chosen, *lines]
    for start in range(0, len(detailed), LINES_AT_ONCE):
        await _apply(work, detailed[start : start + LINES_AT_ONCE])
    return len(detailed)


async def detail_line(work: Work, line_id: UUID, entry_id: UUID) -> None:
    """A person says that an entry that waits details a line: no import settles it meanwhile.

    Raises AllocationRefused, UserError for no line, ImportUnderWay.
    """
    await lock_imports(work)
    line = await locked(work, line_id)
    iban = await account_waiting(work, entry_id, line_id)
    if iban is None:
        raise AllocationRefused(
            "Cet avis ne peut pas détailler cette ligne : elle l’est déjà, ou il n’attend plus, ou il est d’un autre "
            "compte ou d’un autre montant. Rien n’a été changé : relisez la ligne."
        )
    await save_matches(work, [Match(entry_id, line_id, MatchedOn.BY_HAND)])
    await detail_lumps(work, ibans=[iban], chosen=[line])


class _Paid(NamedTuple):
    """A detail that pays a pledge."""

    line: WaitingLine
    allocation: Allocation
    pledge: Pledge


async def _apply(work: Work, lines: Sequence[WaitingLine]) -> None:
    """Allocate what the details of these locked lines name, and say of each other one why it waits."""
    details = await details_of_lines(work, [line.line_id for line in lines])
    candidates = {kept.detail_id: candidate_references(kept.detail) for kept in details}
    before = {
        pledge.pledge_id: pledge
        for pledge in await lock_pledges(
            work,
            references=list({one.reference for named in candidates.values() for one in named}),
            pledge_ids=[],
        )
    }
    known = Reconciliation(
        currency=lines[0].currency,  # asked of debits and repayments alone: a detail is neither
        pledges=before.values(),
        expected_debits=await lock_expected_debits(
            work, end_to_end_ids=[kept.detail.end_to_end_id for kept in details if kept.detail.end_to_end_id]
        ),
    )
    names = _names(lines, details)
    gone = await taken_back(
        work, end_to_end_ids=set(names.values()), line_ids=[line.line_id for line in lines]
    )
    paid: list[_Paid] = []
    outcomes: list[DetailOutcome] = []
    for line, own in _by_line(lines, details):
        why = left_to_person(
            [kept.detail for kept in own],
            direction=line.direction,
            reason=line.reason,
            allocated_minor=line.allocated_minor,
        )
        for kept in own:
            taken = LeftToPerson.TAKEN_BACK if names.get(kept.detail_id) in gone else None
            if (reason := why or taken) is not None:
                outcomes.append(DetailOutcome(kept.detail_id, reason=reason))
                continue
            found = known.explain_detail(
                kept.detail, detail_id=kept.detail_id, candidates=candidates[kept.detail_id]
            )
            if found.pledge is None:
                outcomes.append(DetailOutcome(kept.detail_id, reason=found.reason))
                continue
            one = _allocation(kept, found.pledge)
            paid.append(_Paid(line, one, found.pledge))
            outcomes.append(DetailOutcome(kept.detail_id, allocation_id=one.allocation_id))
    made = [one.allocation for one in paid]
    await add_allocations(work, made, matched_by=AllocatedBy.NOTIFICATION)
    await take_from_lines(work, made)
    await save_money(work, (pledge for id, pledge in known.pledges.items() if pledge is not before[id]))
    await save_outcomes(work, outcomes)
    if returns := [kept.detail for kept in details if is_return(kept.detail)]:
        await return_collections(work, returns)
    for line, allocation, pledge in paid:
        for said in allocation_made(
            allocation,
            pledge,
            line,
            statement_id=line.statement_id,
            currency=line.currency,
            matched_by=AllocatedBy.NOTIFICATION,
            made_on=work.today,
        ):
            work.record(said)
    await work.flush()  # a file may detail many sums


def _names(lines: Sequence[WaitingLine], details: Sequence[KeptDetail]) -> dict[UUID, str]:
    """The EndToEndId of each detail: its own, else that of its sum; details without any are left out."""
    of_sum = {line.line_id: line.end_to_end_id for line in lines}
    return {
        kept.detail_id: name
        for kept in details
        if (name := kept.detail.end_to_end_id or of_sum[kept.line_id]) is not None
    }


def _by_line(
    lines: Sequence[WaitingLine], details: Sequence[KeptDetail]
) -> Iterator[tuple[WaitingLine, list[KeptDetail]]]:
    own: dict[UUID, list[KeptDetail]] = {line.line_id: [] for line in lines}
    for kept in details:
        own[kept.line_id].append(kept)
    for line in lines:
        yield line, own[line.line_id]


def _allocation(kept: KeptDetail, pledge: Pledge) -> Allocation:
    return Allocation(
        allocation_id=companion_id(kept.detail_id, "allocation"),
        line_id=kept.line_id,
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        amount_minor=kept.detail.amount_minor,
    )
