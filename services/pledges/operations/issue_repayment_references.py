"""Gives each investment that is paid back a reference of its own, once, whatever becomes of its schedule."""

import secrets
from collections.abc import Sequence

from services.pledges.domain.references import REPAYMENT_SERIALS, issue_reference, territory_number
from services.pledges.operations.make_pledge import ATTEMPTS
from services.pledges.repository.repayments import add_reference, has_reference
from services.pledges.settings import Settings
from shared.database import Work
from shared.events import Heard
from shared.events.ledger import RepaymentScheduled
from shared.events.pledges import RepaymentReferenceIssued


class NoFreeReference(Exception):
    """Too many references of a territory are taken."""


async def issue_repayment_references(
    work: Work, batch: Sequence[Heard[RepaymentScheduled]], *, settings: Settings
) -> None:
    """A reference for each investment that has none yet. Raises NoFreeReference."""
    for heard in batch:
        scheduled = heard.event
        territory, disbursement_id = scheduled.territory, scheduled.disbursement_id
        if await has_reference(work, territory=territory, disbursement_id=disbursement_id):
            continue
        work.record(
            RepaymentReferenceIssued(
                territory=territory,
                disbursement_id=disbursement_id,
                reference=await _issue(work, scheduled),
                beneficiary_name=settings.beneficiary_name,
                beneficiary_iban=settings.beneficiary_iban,
            ),
            because_of=heard,
        )


async def _issue(work: Work, scheduled: RepaymentScheduled) -> str:
    for _ in range(ATTEMPTS):
        serial = REPAYMENT_SERIALS[secrets.randbelow(len(REPAYMENT_SERIALS))]
        reference = issue_reference(territory_number(scheduled.territory), serial)
        if await add_reference(
            work,
            territory=scheduled.territory,
            disbursement_id=scheduled.disbursement_id,
            reference=reference,
            currency=scheduled.currency,
        ):
            return reference
    raise NoFreeReference(f"no reference is free in {scheduled.territory}")
