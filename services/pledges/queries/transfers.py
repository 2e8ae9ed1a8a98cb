"""Reads of confirmed transfers, by how far they are."""

from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.payment_file import KIND_NAMES, OrderKind, OrderStanding
from services.pledges.domain.references import printed
from shared.database import Work

PAGE_ORDERS = 200
"""What a page shows at once; the next ones follow when these are in a file."""


class TransferOrderView(BaseModel):
    """A transfer that two persons have confirmed; with its file, and the suspended debit that bears its EndToEndId."""

    territory: str
    order_id: UUID
    kind: OrderKind
    end_to_end_id: str
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban: str
    standing: OrderStanding
    message_id: str | None
    suspended_line_id: UUID | None

    @property
    def kind_name(self) -> str:
        """What it is where it is no disbursement."""
        return KIND_NAMES.get(self.kind, "")

    @property
    def payee_iban_printed(self) -> str:
        return printed(self.payee_iban)


STOPPED = (OrderStanding.PAYMENT_WENT_BACK, OrderStanding.DEBIT_WAITS)
"""Transfers that nobody is to make: somebody looks at them first."""


async def transfers(
    work: Work, *standings: OrderStanding, currency: str | None = None
) -> list[TransferOrderView]:
    """The orders that stand so, in this currency or in any, the oldest first."""
    rows = await work.execute(
        """
        select * from transfer_orders
        where standing = any(cast(:standings as text[])) and currency = coalesce(:currency, currency)
        order by confirmed_at, order_id limit :limit
        """,
        currency=currency,
        standings=[standing.value for standing in standings],
        limit=PAGE_ORDERS,
    )
    return [TransferOrderView.model_validate(dict(row)) for row in rows.mappings()]
