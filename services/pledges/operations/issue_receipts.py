"""Issues tax receipts: one for each donor, of the gifts of a year that no receipt in force counts yet."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID, uuid4

import structlog

from services.pledges.domain.tax_receipt import TaxReceipt, YearNotOver, printed_number
from services.pledges.queries.gifts import Gift, gifts_to_count
from services.pledges.queries.receipt_issuers import Issuer
from services.pledges.repository.donors import hold_donors
from services.pledges.repository.tax_receipts import (
    add_receipts,
    hold_numbers,
    name_replacements,
    save_last_number,
)
from shared.database import Work
from shared.events.pledges import ReceiptIssued
from shared.values import day_of

log = structlog.get_logger(__name__)

CURRENCY = "EUR"


def check_year_over(year: int, now: datetime) -> None:
    """Raises YearNotOver while it is that year, or before it, in Paris."""
    if year >= day_of(now).year:
        raise YearNotOver(year)


async def issue_to(
    work: Work, person_ids: Sequence[UUID], *, issuer: Issuer, year: int, by: UUID | None
) -> list[UUID]:
    """The new receipts of these persons: those who have gifts to count and left their name. Raises YearNotOver.

    `by` is None for a donor, a follow-up of a return, and the local key. The numbers are held first, so that what is
    read afterwards is what other issues left: no gift counts twice, no number is left out.
    """
    check_year_over(year, work.now)
    period = issuer.period(year)
    if period is None or not person_ids:
        return []
    registration = issuer.mentions.registration
    last_number = await hold_numbers(work, registration=registration, year=year)
    donors = await hold_donors(work, person_ids)
    gifts = await gifts_to_count(work, list(donors), period)
    made: list[tuple[TaxReceipt, Gift, UUID]] = []
    for number, (person_id, own) in enumerate(
        groupby(gifts, lambda gift: gift.person_id), start=last_number + 1
    ):
        counted = list(own)
        donor_id, donor = donors[person_id]
        receipt = TaxReceipt(
            receipt_id=uuid4(),
            year=year,
            number=number,
            issuer=issuer.mentions,
            donor=donor,
            payments=[gift.payment for gift in counted],
            issued_at=work.now,
        )
        made.append((receipt, counted[0], donor_id))
    if not made:
        return []
    await add_receipts(
        work,
        [
            (
                first.territory,
                receipt.receipt_id,
                issuer.issuer_id,
                registration,
                year,
                receipt.number,
                first.person_id,
                donor_id,
                receipt.amount_minor,
                receipt.content_hash(),
                by,
                work.now,
            )
            for receipt, first, donor_id in made
        ],
        [(receipt.receipt_id, *payment, True) for receipt, _, _ in made for payment in receipt.payments],
    )
    await save_last_number(work, registration=registration, year=year, last_number=last_number + len(made))
    replaced = await name_replacements(
        work,
        registration=registration,
        year=year,
        replacing={first.person_id: receipt.receipt_id for receipt, first, _ in made},
    )
    for receipt, first, _ in made:
        work.record(
            ReceiptIssued(
                territory=first.territory,
                receipt_id=receipt.receipt_id,
                person_id=first.person_id,
                number=receipt.printed_number,
                year=year,
                amount_minor=receipt.amount_minor,
                currency=CURRENCY,
                replaces=tuple(
                    printed_number(year, number) for number in sorted(replaced.get(first.person_id, ()))
                ),
            )
        )
    log.info("tax_receipts_issued", year=year, receipts=len(made))
    return [receipt.receipt_id for receipt, _, _ in made]
