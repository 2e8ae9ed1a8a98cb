"""Reads of payments as a treasurer rules on them: who paid by the bank's word, who gave by the donor's own."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.references import printed
from services.pledges.domain.tax_receipt import printed_number
from services.pledges.queries.gifts import GIFTS, HELD, NOT_COUNTED, WITH_DONOR, WITHIN, Period
from shared.database import Work

PAGE_PAYMENTS = 200
"""Payments in one answer: a page that a browser shows at once."""


class RuledPayment(BaseModel):
    """A gift of a person, what is left of it, the word that stands on it, and the receipt in force that counts it.

    `payer_name` is the bank's word, or the holder's of the mandate; `donor_name` is None where none was left.
    """

    payment_id: UUID
    line_id: UUID
    pledge_id: UUID
    reference: str
    booked_on: date
    kept_minor: int
    payer_name: str | None
    donor_name: str | None
    is_held: bool
    counts: bool | None
    reason: str | None
    ruled_by: UUID | None
    ruled_at: datetime | None
    receipt_id: UUID | None
    receipt_number: str | None

    @property
    def reference_printed(self) -> str:
        return printed(self.reference)


_RULED_PAYMENTS = f"""
    select gift.payment_id, gift.line_id, gift.pledge_id, pledges.reference, gift.booked_on, gift.kept_minor,
        gift.payer_name, donors.first_names || ' ' || donors.last_name as donor_name,
        {HELD} and receipt.receipt_id is null as is_held,
        gift.counts, ruling.reason, ruling.ruled_by, ruling.ruled_at, receipt.receipt_id, receipt.year, receipt.number
    from {GIFTS} as gift
    join pledges on pledges.pledge_id = gift.pledge_id
    {WITH_DONOR}
    left join payment_rulings as ruling on ruling.payment_id = gift.payment_id and ruling.taken_back_at is null
    left join counted_payments as counted on counted.payment_id = gift.payment_id and counted.in_force
    left join tax_receipts as receipt on receipt.receipt_id = counted.receipt_id
"""  # noqa: S608 - SQL of the code


async def ruled_payment(work: Work, payment_id: UUID) -> RuledPayment | None:
    """A gift of a person by its payment; None for what is none."""
    rows = await work.execute(f"{_RULED_PAYMENTS} where gift.payment_id = :id", id=payment_id)
    row = rows.mappings().one_or_none()
    return _view(dict(row)) if row else None


async def held_payments(work: Work, period: Period) -> list[RuledPayment]:
    """Those that wait for a treasurer's word, the oldest first. Reads all gifts of the period: for a desk."""
    rows = await work.execute(
        f"{_RULED_PAYMENTS} where {WITHIN} and {NOT_COUNTED} and {HELD}"
        " order by gift.booked_on, gift.payment_id limit :limit",
        limit=PAGE_PAYMENTS,
        **period._asdict(),
    )
    return [_view(dict(row)) for row in rows.mappings()]


def _view(row: dict[str, object]) -> RuledPayment:
    year, number = row.pop("year"), row.pop("number")
    return RuledPayment.model_validate(
        row | {"receipt_number": printed_number(year, number) if number else None}  # type: ignore[arg-type]
    )
