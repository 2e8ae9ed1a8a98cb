"""Gives a reservation up before anybody confirmed it: what was held back is the envelope's again."""

from uuid import UUID

from services.ledger.domain.disbursement import Disbursement, State
from services.ledger.domain.memo import RELEASED, memo_entry
from services.ledger.operations.disburse import found_disbursement
from services.ledger.operations.treasurers import check_treasurer
from services.ledger.repository import books, disbursements, journal
from shared.database import Work
from shared.events.ledger import DisbursementRefused

GIVEN_UP = "La trésorerie du territoire a rendu cette réservation à l’enveloppe"
"""What the organisation reads: the treasurer's own words stay in the ledger, as any free text."""


async def release(
    work: Work, *, territory: str, disbursement_id: UUID, by: UUID, reason: str
) -> Disbursement:
    """Release what is reserved or ordered; the same again changes nothing. One person suffices: no money moves.

    The need may ask again, by another request. Raises NotInState, ReasonMissing, UserError.
    """
    await check_treasurer(work, by, territory)
    chain = await books.lock_chain(work, territory)
    disbursement = await found_disbursement(work, territory, disbursement_id)
    if disbursement.state is State.RELEASED:
        return disbursement
    disbursement = disbursement.released(by, reason=reason)
    draft = memo_entry(
        RELEASED,
        event_id=disbursement.release_id,
        hashed=bytes.fromhex(disbursement.release_hash),
        on=work.today,
        document=str(disbursement_id),
        label="Réservation rendue à l’enveloppe",
        fund=disbursement.fund,
        amount_minor=disbursement.amount_minor,
        currency=disbursement.currency,
        instrument=disbursement.family,
    )
    await journal.append(work, chain, [draft])
    await disbursements.save(work, disbursement, work.now)
    available = await disbursements.envelope_minor(
        work, territory=territory, fund=disbursement.fund, currency=disbursement.currency
    )
    work.record(
        DisbursementRefused(
            territory=territory,
            disbursement_id=disbursement_id,
            available_minor=available,
            currency=disbursement.currency,
            reason=GIVEN_UP,
        )
    )
    return disbursement
