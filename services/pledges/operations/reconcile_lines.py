"""Finds out what each line of a chunk is, writes it down, and tells the others: one event for each line."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.account import event_uuid, line_uuid
from services.pledges.domain.allocation import AllocatedBy, first_allocation_id
from services.pledges.domain.matching import Candidate, candidate_references
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.reconciliation import Explanation, Fate, Reconciliation
from services.pledges.domain.references import is_repayment_reference
from services.pledges.domain.statement import BankLine, Direction
from services.pledges.operations.allocation_events import allocation_made
from services.pledges.operations.line_events import event_of, territory_of
from services.pledges.operations.return_collections import is_return, return_collections
from services.pledges.operations.statement_chunks import Chunk
from services.pledges.repository.allocations import Allocation, add_allocations
from services.pledges.repository.bank_lines import add_lines, pledges_paid_with, receipts_of, save_returns
from services.pledges.repository.debit_batches import collections_named
from services.pledges.repository.expected_debits import lock_expected_debits, save_debits
from services.pledges.repository.pledges import lock_pledges, save_money
from services.pledges.repository.refunds import (
    lock_expected_refunds,
    pledges_refunded_with,
    save_refund_debits,
)
from services.pledges.repository.repayments import (
    expected_repayments,
    repaid_lines,
    save_repayment_returns,
)
from shared.database import Work


class _ReadLine(NamedTuple):
    """A line with its id and the references that it bears."""

    line_id: UUID
    line: BankLine
    candidates: list[Candidate]


@dataclass(frozen=True)
class _Before:
    """What was known before the lines: only what they move is written."""

    pledges: Mapping[UUID, Pledge]
    returned: Mapping[UUID, int]
    debited: Set[str]
    refunded: Set[str]
    repayments_returned: Set[UUID]


async def reconcile_lines(work: Work, chunk: Chunk, *, statement_id: UUID) -> Counter[Fate]:
    """How many lines met each fate. Credits go first: banks list a day's lines in either order."""
    lines = [
        _ReadLine(line_uuid(chunk.header, line), line, candidate_references(line)) for line in chunk.lines
    ]
    known = await _what_is_known(work, lines, currency=chunk.header.currency)
    before = _Before(
        pledges=dict(known.pledges),
        returned={id: receipt.returned_minor for id, receipt in known.receipts.items()},
        debited={id for id, debit in known.expected_debits.items() if debit.line_id},
        refunded={id for id, refund in known.expected_refunds.items() if refund.line_id},
        repayments_returned={id for id, line in known.repayments.lines.items() if line.is_returned},
    )
    explained = [
        (read, known.explain(read.line, line_id=read.line_id, candidates=read.candidates))
        for read in sorted(lines, key=lambda read: read.line.direction is Direction.DEBIT)
    ]
    currency = chunk.header.currency
    rows = [_row(read, found, statement_id, currency) for read, found in explained]
    divided = [each for read, found in explained if found.parts for each in _allocations(read, found)]
    returns = [read.line for read in lines if is_return(read.line)]
    allocations = [one for _, one, _ in divided]
    saving = asyncio.create_task(_save(work, rows, allocations, known, before=before, returns=returns))
    await asyncio.sleep(0)  # the database is at work while the events are made
    try:
        for read, found in explained:
            event = event_of(
                found, read.line, line_id=read.line_id, statement_id=statement_id, currency=currency
            )
            work.record(event, id=event_uuid(read.line_id))
        for read, one, pledge in divided:
            for said in allocation_made(
                one,
                pledge,
                read.line,
                statement_id=statement_id,
                currency=currency,
                matched_by=AllocatedBy.SEVERAL_REFERENCES,
                made_on=work.today,
            ):
                work.record(said)
    finally:
        await saving
    await work.flush()  # so that a file of any length takes the memory of a chunk
    return Counter(found.fate for _, found in explained)


async def _what_is_known(work: Work, lines: list[_ReadLine], *, currency: str) -> Reconciliation:
    """Everything that these lines may touch, locked: a few statements for a chunk, whatever its length."""
    references = {candidate.reference for read in lines for candidate in read.candidates}
    end_to_end_ids = list({read.line.end_to_end_id for read in lines if read.line.end_to_end_id})
    debits = [read for read in lines if read.line.direction is Direction.DEBIT]
    paid_with = list({read.line.end_to_end_id for read in debits if read.line.end_to_end_id})
    pledges = await lock_pledges(
        work,
        references=list(references),
        pledge_ids=[
            *await pledges_paid_with(work, end_to_end_ids=paid_with),
            *await pledges_refunded_with(work, end_to_end_ids=paid_with),
        ],
    )
    nobodys = references - {pledge.reference for pledge in pledges}
    repayments = await expected_repayments(work, references=list(filter(is_repayment_reference, nobodys)))
    return Reconciliation(
        currency=currency,
        pledges=pledges,
        receipts=await receipts_of(
            work, pledge_ids=[pledge.pledge_id for pledge in pledges] if debits else []
        ),
        expected_debits=await lock_expected_debits(work, end_to_end_ids=end_to_end_ids),
        expected_refunds=await lock_expected_refunds(work, end_to_end_ids=paid_with),
        expected_repayments=repayments,
        repaid_lines=await repaid_lines(
            work,
            disbursement_ids=[one.disbursement_id for one in repayments] if debits else [],
            end_to_end_ids=paid_with,
        ),
        collections=await collections_named(work, end_to_end_ids=paid_with),
    )


async def _save(
    work: Work,
    rows: Sequence[tuple[object, ...]],
    divided: Sequence[Allocation],
    known: Reconciliation,
    *,
    before: _Before,
    returns: Sequence[BankLine],
) -> None:
    await add_lines(work, rows)
    await add_allocations(work, divided, matched_by=AllocatedBy.SEVERAL_REFERENCES)
    await save_money(
        work, (pledge for id, pledge in known.pledges.items() if pledge is not before.pledges[id])
    )
    await save_returns(
        work, (r for r in known.receipts.values() if r.returned_minor != before.returned.get(r.line_id, 0))
    )
    await save_debits(
        work, (d for id, d in known.expected_debits.items() if d.line_id and id not in before.debited)
    )
    await save_refund_debits(
        work, (r for id, r in known.expected_refunds.items() if r.line_id and id not in before.refunded)
    )
    await save_repayment_returns(
        work,
        [
            id
            for id, line in known.repayments.lines.items()
            if line.is_returned and id not in before.repayments_returned
        ],
    )
    if returns:
        await return_collections(work, returns)


def _row(read: _ReadLine, found: Explanation, statement_id: UUID, currency: str) -> tuple[object, ...]:
    """A line in the order of `repository.bank_lines.COLUMNS`."""
    line = read.line
    return (
        territory_of(found),
        read.line_id,
        statement_id,
        line.entry_index,
        line.detail_index,
        found.fate.value,
        found.reason,
        line.direction.value,
        line.amount_minor,
        currency,
        line.booked_on,
        line.value_on,
        line.bank_reference,
        line.end_to_end_id,
        line.structured_reference,
        line.remittance_text,
        line.counterparty_name,
        line.counterparty_iban,
        line.transaction_code,
        line.return_reason,
        line.additional_information,
        found.pledge.pledge_id if found.pledge else None,
        found.found_in,
        _received_line_of(found),
        _disbursement_of(found),
        sum(part.amount_minor for part in found.parts),
    )


def _received_line_of(found: Explanation) -> UUID | None:
    """The line that a line gives back."""
    back = found.receipt or found.repaid_line
    return back.line_id if back else None


def _disbursement_of(found: Explanation) -> UUID | None:
    """The disbursement or conversion that a line pays, or the disbursement that it pays back."""
    if found.expected_debit is not None:
        return found.expected_debit.order_id
    of = found.expected_repayment or found.repaid_line
    return of.disbursement_id if of else None


def _allocations(read: _ReadLine, found: Explanation) -> list[tuple[_ReadLine, Allocation, Pledge]]:
    """What each pledge gets of a transfer that names several."""
    return [
        (
            read,
            Allocation(
                allocation_id=first_allocation_id(read.line_id, pledge.pledge_id),
                line_id=read.line_id,
                territory=pledge.territory,
                pledge_id=pledge.pledge_id,
                amount_minor=amount_minor,
            ),
            pledge,
        )
        for pledge, amount_minor in found.parts
    ]
