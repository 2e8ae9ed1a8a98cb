"""Turns a letter of intent into a promise or a signed commitment: from then on it counts as promised."""

from uuid import UUID

from services.pledges.domain.commitment import Commitment, Signature, check_firmer, check_signature
from services.pledges.domain.commitment_text import check_text
from services.pledges.domain.instruments import needs_authorisation
from services.pledges.domain.terms import default_terms
from services.pledges.operations.decide_instruments import check_authorised
from services.pledges.queries.pledges import PledgeView, pledge_by_id
from services.pledges.repository.particulars import add_signatures, lock_standing_pledge, save_commitment
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import PledgeSigned
from shared.web.errors import UserError


async def make_firm(
    work: Work, pledge_id: UUID, commitment: Commitment, signature: Signature | None, *, settings: Settings
) -> PledgeView:
    """The pledge as it stands then. Raises CommitmentRefused, InstrumentNotAuthorised or UserError (no such pledge)."""
    pledge = await lock_standing_pledge(work, pledge_id)
    if pledge is None:
        raise UserError("Aucune promesse n’existe à cette adresse.", status=404, code="pledge_not_found")
    check_firmer(pledge, commitment)
    signature = check_signature(commitment, signature)
    if needs_authorisation(pledge.instrument, commitment):
        await check_authorised(work, pledge.instrument)
    if signature is not None:
        check_text(signature)
        await add_signatures(work, [(pledge, signature)], now=work.now)
    due_on = default_terms(work.today).due_on
    await save_commitment(work, pledge, commitment, due_on=due_on)
    work.record(
        PledgeSigned(
            territory=pledge.territory,
            pledge_id=pledge.pledge_id,
            person_id=pledge.person_id,
            fund=pledge.fund,
            amount_minor=pledge.amount_minor,
            currency=pledge.currency,
            reference=pledge.reference,
            beneficiary_name=settings.beneficiary_name,
            beneficiary_iban=settings.beneficiary_iban,
            payer_kind=pledge.payer_kind,
            instrument=pledge.instrument,
            commitment=commitment,
            signed_at=work.now,
            first_due_on=due_on,
            first_due_minor=pledge.missing_minor,
            kept_minor=pledge.kept_minor,
        )
    )
    view = await pledge_by_id(work, pledge_id)
    assert view is not None
    return view
