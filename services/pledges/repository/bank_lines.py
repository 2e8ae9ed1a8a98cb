"""Bank lines and the receipts among them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.pledges.domain.reconciliation import Receipt
from shared.database import Work

COLUMNS = {
    "territory": "text",
    "line_id": "uuid",
    "statement_id": "uuid",
    "entry_index": "integer",
    "detail_index": "integer",
    "fate": "text",
    "reason": "text",
    "direction": "text",
    "amount_minor": "bigint",
    "currency": "text",
    "booked_on": "date",
    "value_on": "date",
    "bank_reference": "text",
    "end_to_end_id": "text",
    "structured_reference": "text",
    "remittance_text": "text",
    "counterparty_name": "text",
    "counterparty_iban": "text",
    "transaction_code": "text",
    "return_reason": "text",
    "additional_information": "text",
    "pledge_id": "uuid",
    "matched_by": "text",
    "received_line_id": "uuid",
    "disbursement_id": "uuid",
}

_INSERT = f"""
    insert into bank_lines ({", ".join(COLUMNS)})
    select * from unnest({", ".join(f"cast(:{name} as {kind}[])" for name, kind in COLUMNS.items())})
"""  # noqa: S608 - made of the constants above


async def add_lines(work: Work, rows: Sequence[tuple[object, ...]]) -> None:
    """Add lines, each a tuple in the order of `COLUMNS`."""
    if rows:
        await work.execute(_INSERT, **dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))


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
