"""Tax receipts: numbered without gaps, added by the set, cancelled and never removed."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.tax_receipt import Cancellation
from shared.database import Work

RECEIPT_COLUMNS = (
    "territory",
    "receipt_id",
    "issuer_id",
    "registration",
    "year",
    "number",
    "person_id",
    "donor_id",
    "amount_minor",
    "content_hash",
    "issued_by",
    "issued_at",
)
PAYMENT_COLUMNS = ("receipt_id", "payment_id", "booked_on", "amount_minor", "mode", "in_force")


class CancelledReceipt(NamedTuple):
    """What is told of a receipt that is cancelled."""

    territory: str
    receipt_id: UUID
    registration: str
    year: int
    number: int
    person_id: UUID
    amount_minor: int


async def hold_numbers(work: Work, *, registration: str, year: int) -> int:
    """The last number given. Nobody else issues for this organisation and year until the transaction ends.

    The row is written in the transaction that uses it: a receipt that is rolled back gives its number back.
    """
    held = await work.execute(
        """
        insert into receipt_counters (registration, year, last_number) values (:registration, :year, 0)
        on conflict on constraint pk_receipt_counters do update set last_number = receipt_counters.last_number
        returning last_number
        """,
        registration=registration,
        year=year,
    )
    return int(held.scalar_one())


async def save_last_number(work: Work, *, registration: str, year: int, last_number: int) -> None:
    """Write the last number given, which is held."""
    await work.execute(
        """
        update receipt_counters set last_number = :last_number
        where registration = :registration and year = :year
        """,
        registration=registration,
        year=year,
        last_number=last_number,
    )


async def add_receipts(
    work: Work, receipts: Sequence[tuple[object, ...]], payments: Sequence[tuple[object, ...]]
) -> None:
    """Add receipts and what they count, in the orders of `RECEIPT_COLUMNS` and `PAYMENT_COLUMNS`."""
    await work.copy("tax_receipts", RECEIPT_COLUMNS, receipts)
    await work.copy("counted_payments", PAYMENT_COLUMNS, payments)


async def name_replacements(
    work: Work, *, registration: str, year: int, replacing: dict[UUID, UUID]
) -> dict[UUID, list[int]]:
    """Say which new receipt replaces each cancelled one, whose payments it counts; the numbers of those, by person."""
    rows = await work.execute(
        """
        update tax_receipts set replaced_by_id = given.receipt_id
        from unnest(cast(:persons as uuid[]), cast(:receipts as uuid[])) as given (person_id, receipt_id)
        where tax_receipts.person_id = given.person_id and registration = :registration and year = :year
            and cancelled_at is not null and replaced_by_id is null
            and exists (
                select from counted_payments as old
                join counted_payments as new on new.payment_id = old.payment_id and new.receipt_id = given.receipt_id
                where old.receipt_id = tax_receipts.receipt_id
            )
        returning tax_receipts.person_id, tax_receipts.number
        """,
        registration=registration,
        year=year,
        persons=list(replacing),
        receipts=list(replacing.values()),
    )
    replaced: dict[UUID, list[int]] = {}
    for person_id, number in rows:
        replaced.setdefault(person_id, []).append(number)
    return replaced


async def cancel(
    work: Work, receipt_ids: Sequence[UUID], *, because: Cancellation, by: UUID | None
) -> list[CancelledReceipt]:
    """Cancel those of the receipts that are in force; what they counted may be counted again."""
    rows = await work.execute(
        """
        update tax_receipts set cancelled_because = :because, cancelled_by = :by, cancelled_at = :now
        where receipt_id = any(cast(:ids as uuid[])) and cancelled_at is null
        returning territory, receipt_id, registration, year, number, person_id, amount_minor
        """,
        ids=list(receipt_ids),
        because=because,
        by=by,
        now=work.now,
    )
    cancelled = [CancelledReceipt(*row) for row in rows]
    await work.execute(
        "update counted_payments set in_force = false where receipt_id = any(cast(:ids as uuid[]))",
        ids=[receipt.receipt_id for receipt in cancelled],
    )
    return cancelled
