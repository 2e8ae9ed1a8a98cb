"""The details of notified entries: read to find their pledges, and what they got."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.statement import BankLine, Direction
from shared.database import Work


class KeptDetail(NamedTuple):
    """A detail as a line of the sum that it is a part of."""

    detail_id: UUID
    line_id: UUID
    detail: BankLine


class OpenDetail(NamedTuple):
    """A detail that waits."""

    amount_minor: int
    end_to_end_id: str | None


class DetailOutcome(NamedTuple):
    """What became of a detail: why it was left to a person, or its allocation."""

    detail_id: UUID
    reason: str | None = None
    allocation_id: UUID | None = None


async def details_of_lines(work: Work, line_ids: Sequence[UUID]) -> list[KeptDetail]:
    """The details of the entries that detail these lines, in their order."""
    found = await work.execute(
        """
        select detail_id, entry.line_id, detail.detail_index, detail.direction, detail.amount_minor, line.booked_on,
            line.value_on, detail.end_to_end_id, detail.structured_reference, detail.remittance_text,
            detail.transaction_code, detail.return_reason, is_reversal, is_charge
        from notified_entries as entry
        join notified_details as detail using (entry_id)
        join bank_lines as line on line.line_id = entry.line_id
        where entry.line_id = any(cast(:ids as uuid[]))
        order by entry.line_id, detail.detail_index
        """,
        ids=line_ids,
    )
    return [
        KeptDetail(
            row["detail_id"],
            row["line_id"],
            BankLine(
                entry_index=0,
                direction=Direction(row["direction"]),
                **{name: row[name] for name in _READ},
            ),
        )
        for row in found.mappings()
    ]


_READ = (
    "detail_index",
    "amount_minor",
    "booked_on",
    "value_on",
    "end_to_end_id",
    "structured_reference",
    "remittance_text",
    "transaction_code",
    "return_reason",
    "is_reversal",
    "is_charge",
)


async def save_outcomes(work: Work, outcomes: Sequence[DetailOutcome]) -> None:
    """Write what became of details; their line is locked."""
    await work.execute(
        """
        update notified_details set reason = given.reason, allocation_id = given.allocation_id
        from unnest(cast(:ids as uuid[]), cast(:reasons as text[]), cast(:allocations as uuid[]))
            as given (detail_id, reason, allocation_id)
        where notified_details.detail_id = given.detail_id
        """,
        ids=[one.detail_id for one in outcomes],
        reasons=[one.reason for one in outcomes],
        allocations=[one.allocation_id for one in outcomes],
    )


async def open_detail(work: Work, line_id: UUID, detail_id: UUID) -> OpenDetail | None:
    """A credited detail of a locked line that no allocation stands for; None when there is none."""
    found = await work.execute(
        """
        select detail.amount_minor, detail.end_to_end_id from notified_details as detail
        join notified_entries as entry using (entry_id)
        left join allocations using (allocation_id)
        where detail_id = :detail and entry.line_id = :line and detail.direction = 'credit'
            and (detail.allocation_id is null or undone_at is not null)
        """,
        detail=detail_id,
        line=line_id,
    )
    row = found.one_or_none()
    return OpenDetail._make(row) if row else None
