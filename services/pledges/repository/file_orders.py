"""The transfers of a file: put in, and withdrawn all at once or one by one.

Their file is locked. They are not: a debit that is imported meanwhile stops an order by itself.
"""

from collections.abc import Sequence
from uuid import UUID

from shared.database import Work


async def add_orders(work: Work, file_id: UUID, orders: Sequence[tuple[str, int]]) -> int:
    """Put orders (EndToEndId, amount) into a file; how many were not in another one already."""
    added = await work.execute(
        """
        insert into payment_file_orders (file_id, end_to_end_id, amount_minor)
        select :file_id, * from unnest(cast(:ids as text[]), cast(:amounts as bigint[]))
        on conflict do nothing
        """,
        file_id=file_id,
        ids=[end_to_end_id for end_to_end_id, _ in orders],
        amounts=[amount_minor for _, amount_minor in orders],
    )
    return int(added.rowcount)


async def open_file_of(work: Work, end_to_end_id: str) -> str | None:
    """The name of the file that orders a transfer; None when none does."""
    found = await work.execute(
        "select message_id from payment_file_orders join payment_files using (file_id)"
        " where end_to_end_id = :id and not is_withdrawn",
        id=end_to_end_id,
    )
    message_id: str | None = found.scalar()
    return message_id


async def is_as_made(work: Work, file_id: UUID) -> bool:
    """Whether each order of a file is still to be paid by it, or was."""
    found = await work.execute(
        """
        select bool_and(not is_withdrawn and coalesce(standing in ('in_file', 'debited'), false))
        from payment_file_orders left join transfer_orders using (end_to_end_id) where file_id = :id
        """,
        id=file_id,
    )
    return bool(found.scalar())


async def shows_debit(work: Work, file_id: UUID) -> bool:
    """Whether a statement shows a debit of an order that is in the file, be it of another amount."""
    found = await work.execute(
        """
        select exists (
            select from payment_file_orders join transfer_orders using (end_to_end_id)
            where file_id = :id and not is_withdrawn and standing in ('debited', 'debit_waits')
        )
        """,
        id=file_id,
    )
    return bool(found.scalar())


async def withdraw_all(work: Work, file_id: UUID) -> None:
    """Of a file that was never sent, which says why."""
    await work.execute("update payment_file_orders set is_withdrawn = true where file_id = :id", id=file_id)


async def withdraw_some(
    work: Work, file_id: UUID, end_to_end_ids: Sequence[str], *, by: UUID, reason: str
) -> int:
    """How many of these orders were in the file without any debit, and are withdrawn now."""
    withdrawn = await work.execute(
        """
        update payment_file_orders set is_withdrawn = true, withdrawn_at = :now, withdrawn_by = :by,
            withdrawn_reason = :reason
        from transfer_orders
        where file_id = :id and payment_file_orders.end_to_end_id = any(cast(:ids as text[])) and not is_withdrawn
            and transfer_orders.end_to_end_id = payment_file_orders.end_to_end_id
            and standing in ('in_file', 'payment_went_back')
        """,
        id=file_id,
        ids=end_to_end_ids,
        now=work.now,
        by=by,
        reason=reason,
    )
    return int(withdrawn.rowcount)
