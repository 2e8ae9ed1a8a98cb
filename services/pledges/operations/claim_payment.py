"""A payment without a promise: a treasurer makes a link for who paid it, and they say which promise it is for."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.allocation import AllocatedBy, AllocationRefused
from services.pledges.domain.claims import LIFETIME, ClaimUsedUp, hash_of, new_token
from services.pledges.domain.statement import Direction
from services.pledges.operations.allocate_line import NamedPart, allocate_line, locked
from services.pledges.repository.claims import end_claim, line_claimed_by, replace_claim
from services.pledges.repository.taken_back import taken_back_of_line
from shared.database import Work


class ClaimedPayment(NamedTuple):
    """What a link shows: neither a name nor an account, for whoever it was forwarded to."""

    line_id: UUID
    waiting_minor: int
    currency: str
    booked_on: date


async def make_claim_link(work: Work, line_id: UUID, *, by: UUID) -> str:
    """The token of a new link for a suspended credit; an older one ends. Raises AllocationRefused, UserError."""
    line = await locked(work, line_id)
    if line.fate != "suspended" or line.direction is not Direction.CREDIT or not line.waiting_minor:
        raise AllocationRefused("Rien n’attend sur cette ligne : un lien de réclamation ne servirait à rien.")
    if await taken_back_of_line(work, line_id):
        raise AllocationRefused(
            "La banque a repris de l’argent de ce paiement : un débit qui porte le même identifiant attend aussi. "
            "Un lien de réclamation ne servirait à rien : laissez les deux lignes en attente, elles se compensent."
        )
    token = new_token()
    await replace_claim(
        work, token_hash=hash_of(token), line_id=line_id, made_by=by, expires_at=work.now + LIFETIME
    )
    return token


async def claimed_payment(work: Work, token: str) -> ClaimedPayment:
    """What the link is about; its line is locked. Raises ClaimUsedUp."""
    line_id = await line_claimed_by(work, hash_of(token))
    if line_id is None:
        raise ClaimUsedUp
    line = await locked(work, line_id)
    if not line.waiting_minor:
        raise ClaimUsedUp
    return ClaimedPayment(line_id, line.waiting_minor, line.currency, line.booked_on)


async def claim_payment(work: Work, token: str, *, reference: str, by: UUID | None) -> None:
    """Attach all that waits of the payment to the promise with this reference.

    Raises ClaimUsedUp, AllocationRefused: nothing has changed then.
    """
    payment = await claimed_payment(work, token)
    if await taken_back_of_line(work, payment.line_id):
        raise AllocationRefused(
            "La banque a repris ce paiement après nous l’avoir versé : il ne peut plus être rattaché à une promesse. "
            "Faites un autre virement, avec la référence de votre promesse."
        )
    (allocation_id,) = await allocate_line(
        work,
        payment.line_id,
        [NamedPart(reference)],
        waiting_minor=payment.waiting_minor,
        by=by,
        matched_by=AllocatedBy.CLAIM,
    )
    if not await end_claim(work, hash_of(token), allocation_id=allocation_id):
        raise ClaimUsedUp
