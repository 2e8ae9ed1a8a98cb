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
        select distinct pledge_id from bank_lines
        where fate = 'received' and end_to_end_id is not null and end_to_end_id = any(cast(:ids as text[]))
        """,
        ids=end_to_end_ids,
    )
    return list(rows.scalars())


async def receipts_of(work: Work, *, pledge_ids: Sequence[UUID]) -> list[Receipt]:
    """Every receipt of these pledges, which are locked, the newest first."""
    if not pledge_ids:
        return []
    rows = await work.execute(
        """
        select line_id, pledge_id, amount_minor, end_to_end_id, returned_minor
        from bank_lines where fate = 'received' and pledge_id = any(cast(:ids as uuid[]))
        order by booked_on desc, line_id
        """,
        ids=pledge_ids,
    )
    return [Receipt(**row) for row in rows.mappings()]


async def save_returns(work: Work, receipts: Iterable[Receipt]) -> None:
    """Write how much of these receipts went back."""
    changed = list(receipts)
    if not changed:
        return
    await work.execute(
        """
        update bank_lines set returned_minor = given.returned_minor
        from unnest(cast(:ids as uuid[]), cast(:returned as bigint[])) as given (line_id, returned_minor)
        where bank_lines.line_id = given.line_id
        """,
        ids=[receipt.line_id for receipt in changed],
        returned=[receipt.returned_minor for receipt in changed],
    )
