"""Payments of pledges, however they came: a received bank line, or an allocation of a suspended one."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.references import printed
from shared.database import Work


class PaymentView(BaseModel):
    """A payment, who made it by the bank's word, and what is left of it beside returns and refunds under way."""

    payment_id: UUID
    line_id: UUID
    pledge_id: UUID
    territory: str
    reference: str
    amount_minor: int
    left_minor: int
    currency: str
    booked_on: date
    counterparty_name: str | None
    counterparty_iban: str | None

    @property
    def reference_printed(self) -> str:
        return printed(self.reference)


async def payment_by_id(work: Work, payment_id: UUID) -> PaymentView | None:
    """A payment that stands; None for what never was one, or was undone."""
    found = await work.execute(
        """
        with payment as (
            select line_id as payment_id, line_id, pledge_id, amount_minor, returned_minor
            from bank_lines where line_id = :id and fate = 'received'
            union all
            select allocation_id, line_id, pledge_id, amount_minor, returned_minor
            from allocations where allocation_id = :id and undone_at is null
        )
        select payment.payment_id, payment.line_id, payment.pledge_id, pledges.territory, reference,
            payment.amount_minor, bank_lines.currency, booked_on,
            coalesce(detail.counterparty_name, bank_lines.counterparty_name) as counterparty_name,
            coalesce(detail.counterparty_iban, bank_lines.counterparty_iban) as counterparty_iban,
            greatest(0, payment.amount_minor - payment.returned_minor - (
                select coalesce(sum(refunds.amount_minor), 0)::bigint from refunds
                where refunds.payment_id = payment.payment_id and refunds.state in ('ordered', 'confirmed')
            )) as left_minor
        from payment join bank_lines on bank_lines.line_id = payment.line_id
            join pledges on pledges.pledge_id = payment.pledge_id
            left join notified_details as detail on detail.allocation_id = payment.payment_id
        """,
        id=payment_id,
    )
    row = found.mappings().one_or_none()
    return PaymentView.model_validate(dict(row)) if row else None
