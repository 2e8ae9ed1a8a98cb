"""Reads of refunds: which payments of a line can be given back, which refunds are under way.

Names and accounts of givers are in it: for treasurers of the national lane and nobody else.
"""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.payment_file import OrderStanding
from services.pledges.domain.references import printed
from services.pledges.domain.refund import Refund, RefundState
from shared.database import Work

MOST_SHOWN = 200
"""Refunds are ordered by hand: more than a page of them under way is a matter for a telephone."""


class RefundView(BaseModel):
    """A refund; `is_payers_account`: whether it goes to the account that paid, as far as the bank said it.

    `standing`, `message_id` (its file) and `suspended_line_id` (a debit with its name) are said once it is confirmed.
    """

    refund_id: UUID
    territory: str
    pledge_id: UUID
    payment_id: UUID
    reference: str
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban: str
    reason: str
    state: RefundState
    end_to_end_id: str
    order_hash: str
    ordered_by: UUID
    ordered_at: datetime
    confirmed_by: UUID | None
    line_id: UUID | None
    is_payers_account: bool
    cancellation_reason: str | None
    standing: OrderStanding | None
    message_id: str | None
    suspended_line_id: UUID | None

    @property
    def reference_printed(self) -> str:
        return printed(self.reference)

    @property
    def payee_iban_printed(self) -> str:
        return printed(self.payee_iban)


_REFUNDS = """
    select refunds.*, reference,
        coalesce(refunds.payee_iban = coalesce(paid.counterparty_iban, found.counterparty_iban), false)
            as is_payers_account,
        standing, message_id, suspended_line_id
    from refunds
    join pledges using (pledge_id)
    left join transfer_orders on transfer_orders.end_to_end_id = refunds.end_to_end_id
    left join bank_lines as paid on paid.line_id = refunds.payment_id
    left join allocations on allocations.allocation_id = refunds.payment_id
    left join bank_lines as found on found.line_id = allocations.line_id
"""


async def open_refunds(work: Work) -> list[RefundView]:
    """Those that wait for a person or for the bank, the oldest first."""
    rows = await work.execute(
        _REFUNDS + " where refunds.state in ('ordered', 'confirmed') order by ordered_at limit :limit",
        limit=MOST_SHOWN,
    )
    return [_view(dict(row)) for row in rows.mappings()]


async def refund_by_id(work: Work, refund_id: UUID) -> RefundView | None:
    rows = await work.execute(_REFUNDS + " where refunds.refund_id = :id", id=refund_id)
    row = rows.mappings().one_or_none()
    return _view(dict(row)) if row else None


def _view(row: dict[str, object]) -> RefundView:
    fields = {name: row[name] for name in Refund.__dataclass_fields__}
    return RefundView.model_validate({**row, "order_hash": Refund(**fields).order_hash})  # type: ignore[arg-type]
