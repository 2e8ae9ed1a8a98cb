"""Reads of tax receipts: whole for printing, listed for the desk and the donor, and those that a return made wrong."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.donor import Donor
from services.pledges.domain.receipt_issuer import Mentions
from services.pledges.domain.tax_receipt import (
    Cancellation,
    CountedPayment,
    Mode,
    TaxReceipt,
    printed_number,
)
from services.pledges.queries.gifts import GIFTS
from shared.database import Work

PAGE_RECEIPTS = 200
"""Receipts in one answer: a page that a browser shows at once."""


class TaxReceiptView(BaseModel):
    """A receipt without its donor. `replaced_by` is the number of the one that replaces it, once it is cancelled."""

    receipt_id: UUID
    number: str
    year: int
    registration: str
    issuer_name: str
    amount_minor: int
    issued_at: datetime
    cancelled_at: datetime | None
    cancelled_because: Cancellation | None
    replaced_by: str | None


class StoredReceipt(NamedTuple):
    """A receipt whole, and the hash that it was issued with."""

    receipt: TaxReceipt
    content_hash: str


class WrongReceipt(BaseModel):
    """A receipt that counts more than what is left of its payments: it waits to be cancelled and made again."""

    receipt_id: UUID
    person_id: UUID
    registration: str
    year: int
    number: str
    counted_minor: int
    left_minor: int
    because: Cancellation


_VIEW = """
    select receipt.receipt_id, receipt.year, receipt.number, receipt.registration, issuer.name as issuer_name,
        receipt.amount_minor, receipt.issued_at, receipt.cancelled_at, receipt.cancelled_because,
        next.year as next_year, next.number as next_number
    from tax_receipts as receipt
    join receipt_issuers as issuer on issuer.issuer_id = receipt.issuer_id
    left join tax_receipts as next on next.receipt_id = receipt.replaced_by_id
"""


async def receipt_by_id(work: Work, receipt_id: UUID) -> TaxReceiptView | None:
    rows = await work.execute(_VIEW + " where receipt.receipt_id = :id", id=receipt_id)
    row = rows.mappings().first()
    return _view(row) if row else None


async def receipts_of_person(work: Work, person_id: UUID) -> list[TaxReceiptView]:
    """A donor's receipts, the newest first."""
    rows = await work.execute(
        _VIEW
        + " where receipt.person_id = :person_id order by receipt.year desc, receipt.number desc limit :limit",
        person_id=person_id,
        limit=PAGE_RECEIPTS,
    )
    return [_view(row) for row in rows.mappings()]


async def receipts_of_year(work: Work, year: int, *, after: int = 0) -> list[TaxReceiptView]:
    """The receipts of a year in the order of their numbers, those above `after`."""
    rows = await work.execute(
        _VIEW
        + " where receipt.year = :year and receipt.number > :after"
        + " order by receipt.number, receipt.registration limit :limit",
        year=year,
        after=after,
        limit=PAGE_RECEIPTS,
    )
    return [_view(row) for row in rows.mappings()]


async def receipts_numbered(work: Work, year: int, number: int) -> list[StoredReceipt]:
    """The receipts that have this number: one for each organisation that gave it."""
    rows = await work.execute(
        "select receipt_id from tax_receipts where year = :year and number = :number",
        year=year,
        number=number,
    )
    found = [await stored_receipt(work, receipt_id) for receipt_id in rows.scalars()]
    return [one for one in found if one]


async def stored_receipt(work: Work, receipt_id: UUID) -> StoredReceipt | None:
    """A receipt with all that it says; None when none has this id."""
    rows = await work.execute(
        """
        select receipt.receipt_id, receipt.year, receipt.number, receipt.content_hash, receipt.issued_at,
            receipt.cancelled_at, next.year as next_year, next.number as next_number,
            issuer.name, issuer.registration, issuer.street as issuer_street,
            issuer.postal_code as issuer_postal_code, issuer.city as issuer_city, issuer.object, issuer.quality,
            issuer.for_wealth_tax, issuer.signatory_name, issuer.signatory_role,
            donor.first_names, donor.last_name, donor.street, donor.postal_code, donor.city, donor.country
        from tax_receipts as receipt
        join receipt_issuers as issuer on issuer.issuer_id = receipt.issuer_id
        join donors as donor on donor.donor_id = receipt.donor_id
        left join tax_receipts as next on next.receipt_id = receipt.replaced_by_id
        where receipt.receipt_id = :id
        """,
        id=receipt_id,
    )
    row = rows.mappings().first()
    if row is None:
        return None
    payments = await work.execute(
        "select payment_id, booked_on, amount_minor, mode from counted_payments where receipt_id = :id"
        " order by booked_on, payment_id",
        id=receipt_id,
    )
    counted = [
        CountedPayment(id, booked_on, amount_minor, Mode(mode))
        for id, booked_on, amount_minor, mode in payments
    ]
    return StoredReceipt(_receipt(row, counted), row["content_hash"])


async def wrong_receipts(work: Work, *, limit: int = PAGE_RECEIPTS) -> list[WrongReceipt]:
    """Receipts in force of which a payment was given back since, or counted by mistake, the oldest first.

    Only payments of which something went back are looked at, a few, by an index of their own, and those that a
    treasurer says not to count.
    """
    rows = await work.execute(
        f"""
        select receipt.receipt_id, receipt.person_id, receipt.registration, receipt.year, receipt.number,
            receipt.amount_minor as counted_minor,
            receipt.amount_minor - sum(counted.amount_minor - gift.amount_minor)::bigint as left_minor,
            case when bool_and(gift.is_detached) then 'payment_detached' else 'payment_returned' end as because
        from (
            select payment_id, amount_minor, is_detached from {GIFTS} as gift where lost_minor > 0
            union
            select payment_id, 0, true from payment_rulings where not counts and taken_back_at is null
        ) as gift
        join counted_payments as counted on counted.payment_id = gift.payment_id and counted.in_force
        join tax_receipts as receipt on receipt.receipt_id = counted.receipt_id
        where gift.amount_minor <> counted.amount_minor
        group by receipt.territory, receipt.receipt_id
        order by receipt.registration, receipt.year, receipt.number limit :limit
        """,  # noqa: S608 - SQL of the code
        limit=limit,
    )
    return [
        WrongReceipt.model_validate({**row, "number": printed_number(row["year"], row["number"])})
        for row in rows.mappings()
    ]


def _next_number(row: Any) -> str | None:
    return printed_number(row["next_year"], row["next_number"]) if row["next_number"] else None


def _view(row: Any) -> TaxReceiptView:
    return TaxReceiptView.model_validate(
        {**row, "number": printed_number(row["year"], row["number"]), "replaced_by": _next_number(row)}
    )


def _receipt(row: Any, payments: list[CountedPayment]) -> TaxReceipt:
    own = {f: row[f"issuer_{f}"] for f in ("street", "postal_code", "city")}
    issuer = Mentions(**{name: own.get(name, row[name]) for name in Mentions._fields})
    return TaxReceipt(
        receipt_id=row["receipt_id"],
        year=row["year"],
        number=row["number"],
        issuer=issuer,
        donor=Donor(*(row[name] for name in Donor._fields)),
        payments=payments,
        issued_at=row["issued_at"],
        cancelled_at=row["cancelled_at"],
        replaced_by=_next_number(row),
    )
