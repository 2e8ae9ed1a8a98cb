"""What a donor does with tax receipts, from the page of a promise: leave a name, take it back, ask for theirs."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.donor import Donor
from services.pledges.domain.tax_receipt import NO_RECEIPT_SENTENCES, NoReceipt, ReceiptRefused
from services.pledges.operations.issue_receipts import issue_to
from services.pledges.queries.donors import donor_of_person
from services.pledges.queries.gifts import Period, gifts_on_hold, gifts_to_count
from services.pledges.queries.receipt_issuers import Issuer, issuers_on
from services.pledges.queries.tax_receipts import TaxReceiptView, receipts_of_person
from services.pledges.repository.donors import save_donor, withdraw_donor
from shared.database import Work


class Standing(NamedTuple):
    """Where a donor's receipts stand.

    `due` are the years, over, whose gifts no receipt counts, with the issuer who may. `why_not` says why there is
    nothing to ask for, or None. `held_minor` waits for a treasurer's word, in cents.
    """

    receipts: list[TaxReceiptView]
    issuers: list[Issuer]
    donor: Donor | None
    due: list[tuple[int, Issuer]]
    why_not: NoReceipt | None
    held_minor: int


async def standing_of(work: Work, person_id: UUID) -> Standing:
    """What a donor has, and may ask for now."""
    receipts = await receipts_of_person(work, person_id)
    issuers = await issuers_on(work)
    donor = await donor_of_person(work, person_id)
    this_year = work.today.year
    due: list[tuple[int, Issuer]] = []
    is_waiting, held_minor = False, 0
    for issuer in issuers:
        whole = Period(issuer.ibans, issuer.right.first_on, issuer.right.last_on or date.max)
        gifts = await gifts_to_count(work, [person_id], whole)
        held = await gifts_on_hold(work, [person_id], whole)
        held_minor += sum(gift.payment.amount_minor for gift in held)
        years = {gift.payment.booked_on.year for gift in gifts}
        due += [(year, issuer) for year in years if year < this_year]
        is_waiting = is_waiting or this_year in years
    due.sort(key=lambda one: (one[1].mentions.registration, one[0]))
    why_not = _why_not(
        issuers=bool(issuers),
        due=bool(due),
        is_waiting=is_waiting,
        is_held=held_minor > 0,
        has_donor=donor is not None,
    )
    return Standing(receipts, issuers, donor, due, why_not, held_minor)


async def leave_name(work: Work, person_id: UUID, donor: Donor) -> None:
    """Keep a donor's name and address for receipts to come. Raises ReceiptRefused where there are none to come."""
    if not await issuers_on(work):
        raise ReceiptRefused(NO_RECEIPT_SENTENCES[NoReceipt.NO_ISSUER])
    await save_donor(work, person_id=person_id, donor=donor)


async def withdraw_name(work: Work, person_id: UUID) -> None:
    """No receipt to come bears the donor's name; those that were made keep it, as the law asks."""
    await withdraw_donor(work, person_id)


async def ask_receipts(work: Work, person_id: UUID) -> list[UUID]:
    """A donor's receipts of the years that are over. Raises ReceiptRefused with the reason when there is none."""
    standing = await standing_of(work, person_id)
    if standing.why_not:
        raise ReceiptRefused(NO_RECEIPT_SENTENCES[standing.why_not])
    issued: list[UUID] = []
    for year, issuer in standing.due:
        issued += await issue_to(work, [person_id], issuer=issuer, year=year, by=None)
    return issued


def _why_not(
    *, issuers: bool, due: bool, is_waiting: bool, is_held: bool, has_donor: bool
) -> NoReceipt | None:
    if not issuers:
        return NoReceipt.NO_ISSUER
    if is_held and not due:
        return NoReceipt.ON_HOLD
    if not due:
        return NoReceipt.YEAR_NOT_OVER if is_waiting else NoReceipt.NOTHING_RECEIVED
    return None if has_donor else NoReceipt.NO_DONOR
