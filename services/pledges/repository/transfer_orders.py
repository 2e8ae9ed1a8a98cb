"""Transfers that two persons have confirmed, as a payment file takes them."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.database import Work


class Order(NamedTuple):
    """A confirmed disbursement, conversion or refund that is to be transferred."""

    payee_name: str
    payee_iban: str
    amount_minor: int
    end_to_end_id: str


async def lock_orders(work: Work, *, end_to_end_ids: Sequence[str]) -> list[Order]:
    """The orders in euros among these that may be paid, in a file or not, in the order of their EndToEndIds, locked.

    The pledges of refunds are locked before: what their payments hold stays as it is.
    """
    for table, key in (("expected_debits", "order_id"), ("refunds", "refund_id")):
        await work.execute(
            f"select from {table} where end_to_end_id = any(cast(:ids as text[])) order by {key} for update",  # noqa: S608
            ids=end_to_end_ids,
        )
    rows = await work.execute(
        """
        select payee_name, payee_iban, amount_minor, end_to_end_id from transfer_orders
        where end_to_end_id = any(cast(:ids as text[])) and standing in ('to_make', 'in_file') and currency = 'EUR'
        order by end_to_end_id
        """,
        ids=end_to_end_ids,
    )
    return [Order(*row) for row in rows]
