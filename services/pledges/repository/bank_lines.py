"""Bank lines and the receipts among them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.pledges.domain.reconciliation import Receipt
from shared.database import Work

COLUMNS = (
    "territory",
    "line_id",
    "statement_id",
    "entry_index",
    "detail_index",
    "fate",
    "reason",
    "direction",
    "amount_minor",
    "currency",
    "booked_on",
    "value_on",
    "bank_reference",
    "end_to_end_id",
    "structured_reference",
    "remittance_text",
    "counterparty_name",
    "counterparty_iban",
    "transaction_code",
    "return_reason",
    "additional_information",
    "pledge_id",
    "matched_by",
    "received_line_id",
    "disbursement_id",
    "allocated_minor",
)


async def add_lines(work: Work, rows: Sequence[tuple[object, ...]]) -> None:
    """Add lines, each a tuple in the order of `COLUMNS`."""
    await work.copy("bank_lines", COLUMNS, rows)


async def pledges_paid_with(work: Work, *, end_to_end_ids: Sequence[str]) -> list[UUID]:
    """The pledges of which a receipt carried one of these EndToEndIds."""
    if not end_to_end_ids:
        return []
    rows = await work.execute(
        """
        select pledge_id from bank_lines
        where fate = 'received' and end_to_end_id is not null and end_to_end_id = any(cast(:ids as text[]))
        union
        select allocations.pledge_id from bank_lines join allocations using (line_id)
        where allocated_minor > 0 and end_to_end_id is not null and end_to_end_id = any(cast(:ids as text[]))
            and undone_at is null
        union
        select pledge_id from notified_details join allocations using (allocation_id)
        where allocation_id is not null and end_to_end_id is not null
            and end_to_end_id = any(cast(:ids as text[])) and undone_at is null
        """,
        ids=end_to_end_ids,
    )
    return list(rows.scalars())


async def is_debited_with(work: Work, end_to_end_id: str) -> bool:
    """Whether a statement shows a debit with this EndToEndId, whatever became of it."""
    found = await work.execute(
        "select exists (select from bank_lines where end_to_end_id = :id and direction = 'debit')",
        id=end_to_end_id,
    )
    return bool(found.scalar())


async def receipts_of(work: Work, *, pledge_ids: Sequence[UUID]) -> list[Receipt]:
    """Every receipt of these pledges, which are locked, the newest first."""
    if not pledge_ids:
        return []
    rows = await work.execute(
        """
        select line_id, pledge_id, amount_minor, end_to_end_id, returned_minor, false as is_allocation, booked_on
        from bank_lines where fate = 'received' and pledge_id = any(cast(:ids as uuid[]))
        union all
        select allocations.allocation_id, allocations.pledge_id, allocations.amount_minor,
            coalesce(notified_details.end_to_end_id, bank_lines.end_to_end_id), allocations.returned_minor, true,
            booked_on
        from allocations join bank_lines using (line_id)
            left join notified_details on notified_details.allocation_id = allocations.allocation_id
        where allocations.pledge_id = any(cast(:ids as uuid[])) and undone_at is null
        order by booked_on desc, line_id
        """,
        ids=pledge_ids,
    )
    return [
        Receipt(**{name: value for name, value in row.items() if name != "booked_on"})
        for row in rows.mappings()
    ]


async def save_returns(work: Work, receipts: Iterable[Receipt]) -> None:
    """Write how much of these receipts went back."""
    changed = list(receipts)
    for statement, saved in (
        (_RETURNED_LINES, [receipt for receipt in changed if not receipt.is_allocation]),
        (_RETURNED_ALLOCATIONS, [receipt for receipt in changed if receipt.is_allocation]),
    ):
        if saved:
            await work.execute(
                statement,
                ids=[receipt.line_id for receipt in saved],
                returned=[receipt.returned_minor for receipt in saved],
            )


_RETURNED_LINES = """
    update bank_lines set returned_minor = given.returned_minor
    from unnest(cast(:ids as uuid[]), cast(:returned as bigint[])) as given (id, returned_minor)
    where bank_lines.line_id = given.id
"""
_RETURNED_ALLOCATIONS = """
    update allocations set returned_minor = given.returned_minor
    from unnest(cast(:ids as uuid[]), cast(:returned as bigint[])) as given (id, returned_minor)
    where allocations.allocation_id = given.id
"""
