"""Posts what investments pay back, as the bank says it, and what the bank takes back of that.

A few a day at most: one by one, under the chain's lock. Nothing of it is "received", which is gifts and savings.
"""

from collections.abc import Sequence

from services.ledger.domain import repayment
from services.ledger.domain.entries import BankProof
from services.ledger.domain.instalments import cover
from services.ledger.domain.posting import payload_hash
from services.ledger.repository import books, journal, repayment_schedules, repayments
from shared.bus import CauseMissing
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import RepaymentReceived, RepaymentReferenceIssued, RepaymentReturned


class RepaymentDiffers(Exception):
    """A repayment in another currency, or a return of another amount, than what was lent or repaid."""


async def keep_references(work: Work, issued: Sequence[RepaymentReferenceIssued]) -> None:
    """Keep by which references investments are paid back, for treasurers to hand on."""
    await repayments.add_references(work, issued)


async def post_repayment(work: Work, heard: Heard[RepaymentReceived]) -> None:
    """What came covers the oldest instalment first, its interest before its principal; what exceeds all is suspended.

    Raises CauseMissing before its schedule, RepaymentDiffers: the event is parked.
    """
    received = heard.event
    hashed = payload_hash(heard.payload)
    chain = await books.lock_chain(work, received.territory)
    if await books.known_events(work, {heard.id: hashed}):
        return
    investment = await repayment_schedules.investment(work, received.territory, received.disbursement_id)
    schedule = await repayment_schedules.schedule_in_force(work, received.territory, received.disbursement_id)
    if investment is None or schedule is None:
        raise CauseMissing(f"investment {received.disbursement_id} has no schedule yet")
    if received.currency != investment.currency:
        raise RepaymentDiffers(f"line {received.line_id}: {received.currency} for {investment.currency}")
    paid = await repayments.paid_of(work, received.territory, received.disbursement_id)
    covered = cover(schedule.owed(**paid._asdict()), received.amount_minor)
    draft = repayment.repaid(
        event_id=heard.id,
        hashed=hashed,
        on=received.booked_on,
        value_on=received.value_on,
        proof=BankProof(received.statement_id, received.line_id, received.amount_minor),
        disbursement_id=received.disbursement_id,
        fund=investment.fund,
        currency=received.currency,
        covered=covered,
    )
    await journal.append(work, chain, [draft])
    await repayments.add_repayment(work, received, covered)


async def post_return(work: Work, heard: Heard[RepaymentReturned]) -> None:
    """The reverse of what the repayment posted; it is owed again. Raises CauseMissing, RepaymentDiffers."""
    back = heard.event
    hashed = payload_hash(heard.payload)
    chain = await books.lock_chain(work, back.territory)
    if await books.known_events(work, {heard.id: hashed}):
        return
    repaid = await repayments.repaid_by(work, back.territory, back.repaid_line_id)
    investment = await repayment_schedules.investment(work, back.territory, back.disbursement_id)
    if repaid is None or investment is None:
        raise CauseMissing(f"repayment {back.repaid_line_id} is not posted yet")
    given = repaid.disbursement_id, repaid.currency, sum(repaid.covered)
    if repaid.is_returned or given != (back.disbursement_id, back.currency, back.amount_minor):
        raise RepaymentDiffers(f"line {back.line_id} gives back another amount than {back.repaid_line_id}")
    draft = repayment.repayment_returned(
        event_id=heard.id,
        hashed=hashed,
        on=back.booked_on,
        value_on=back.value_on,
        proof=BankProof(back.statement_id, back.line_id, -back.amount_minor),
        disbursement_id=back.disbursement_id,
        fund=investment.fund,
        currency=back.currency,
        covered=repaid.covered,
    )
    await journal.append(work, chain, [draft])
    await repayments.add_return(work, back)
