"""The debits that confirmed disbursements and conversions will cause."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.payment_file import OrderKind
from services.pledges.domain.reconciliation import ExpectedDebit
from shared.database import Work


class ToExpect(NamedTuple):
    """A confirmed order, in the order of the columns."""

    territory: str
    order_id: UUID
    kind: str
    end_to_end_id: str
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban: str


async def add_expected_debits(work: Work, orders: Sequence[ToExpect]) -> None:
    """Expect one debit for each; one that is expected already stays as it is."""
    columns = list(zip(*orders, strict=True)) or [()] * len(ToExpect._fields)
    await work.execute(
        """
        insert into expected_debits
            (territory, order_id, kind, end_to_end_id, amount_minor, currency, payee_name, payee_iban)
        select * from unnest(
            cast(:territory as text[]), cast(:order_id as uuid[]), cast(:kind as text[]),
            cast(:end_to_end_id as text[]), cast(:amount_minor as bigint[]), cast(:currency as text[]),
            cast(:payee_name as text[]), cast(:payee_iban as text[]))
        on conflict on constraint pk_expected_debits do nothing
        """,
        **{name: list(column) for name, column in zip(ToExpect._fields, columns, strict=True)},
    )


async def lock_expected_debits(work: Work, *, end_to_end_ids: Sequence[str]) -> list[ExpectedDebit]:
    """The expected debits with one of these EndToEndIds, debited or not, locked."""
    if not end_to_end_ids:
        return []
    rows = await work.execute(
        """
        select territory, order_id, kind, end_to_end_id, amount_minor, currency, line_id
        from expected_debits where end_to_end_id = any(cast(:ids as text[]))
        order by order_id for update
        """,
        ids=end_to_end_ids,
    )
    return [ExpectedDebit(**{**row, "kind": OrderKind(row["kind"])}) for row in rows.mappings()]


async def save_debits(work: Work, debits: Iterable[ExpectedDebit]) -> None:
    """Write which line showed each debit."""
    for debit in debits:  # a statement shows a few: orders are confirmed by hand
        await work.execute(
            "update expected_debits set line_id = :line where territory = :territory and order_id = :id",
            line=debit.line_id,
            territory=debit.territory,
            id=debit.order_id,
        )
