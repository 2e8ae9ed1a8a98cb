"""Money out: reserve the envelope, take the order of one treasurer and the confirmation of another, post the debit.

Roles are checked in the ledger's own projection, in the same transaction: a session may be minutes old.
"""

from uuid import UUID

from services.ledger.domain import posting
from services.ledger.domain.disbursement import Disbursement, EnvelopeShort, OrdererLeft, State
from services.ledger.domain.entries import BankProof
from services.ledger.domain.memo import COMMITTED, RESERVED, SETTLED, memo_entry
from services.ledger.operations.fund_rules import refusal_of_fund
from services.ledger.operations.treasurers import check_treasurer, is_treasurer
from services.ledger.repository import books, disbursements, journal
from shared.bus import CauseMissing
from shared.database import Work
from shared.events import Heard
from shared.events.ledger import (
    DisbursementCommitted,
    DisbursementOrdered,
    DisbursementPosted,
    DisbursementRefused,
    DisbursementReserved,
)
from shared.events.pledges import DisbursementDebited
from shared.events.projects import DisbursementRequested
from shared.web.errors import UserError

NOT_ENOUGH = "L’enveloppe du territoire ne suffit pas"


class DebitDiffers(Exception):
    """The bank debited another amount, or in another currency, than what was committed."""


class RequestDiffers(Exception):
    """A disbursement is asked for again with another content: the first request stays, this one is refused."""


async def reserve(work: Work, heard: Heard[DisbursementRequested]) -> None:
    """Hold the money back when the fund's rules allow it and the envelope has it, else refuse.

    The chain is locked, so it never gives twice.
    """
    request = heard.event
    chain = await books.lock_chain(work, request.territory)
    known = await disbursements.lock(work, request.territory, request.disbursement_id)
    if known is not None:
        if not disbursements.says_the_same(known, request):
            raise RequestDiffers(f"disbursement {request.disbursement_id} was asked for otherwise before")
        return
    available = await disbursements.envelope_minor(
        work, territory=request.territory, fund=request.fund, currency=request.currency
    )
    refusal = await refusal_of_fund(work, request, envelope_minor=available)
    if refusal is None and available < request.amount_minor:
        refusal = NOT_ENOUGH
    if refusal is not None:
        await disbursements.insert(work, request, state=State.REFUSED, refusal=refusal, now=work.now)
        work.record(
            DisbursementRefused(
                territory=request.territory,
                disbursement_id=request.disbursement_id,
                available_minor=available,
                currency=request.currency,
                reason=refusal,
            ),
            because_of=heard,
        )
        return
    draft = memo_entry(
        RESERVED,
        event_id=heard.id,
        hashed=posting.payload_hash(heard.payload),
        on=work.today,
        document=str(request.disbursement_id),
        label="Réservation d’enveloppe",
        fund=request.fund,
        amount_minor=request.amount_minor,
        currency=request.currency,
        instrument=request.family,
    )
    await journal.append(work, chain, [draft])
    await disbursements.insert(work, request, state=State.RESERVED, refusal=None, now=work.now)
    work.record(
        DisbursementReserved(
            territory=request.territory,
            disbursement_id=request.disbursement_id,
            amount_minor=request.amount_minor,
            currency=request.currency,
        ),
        because_of=heard,
    )


async def order(work: Work, *, territory: str, disbursement_id: UUID, by: UUID) -> Disbursement:
    """The order of a treasurer of the territory; fixes the hash that a second one must confirm.

    An order whose author is treasurer no more can be given again by another.
    """
    await check_treasurer(work, by, territory)
    disbursement = await found_disbursement(work, territory, disbursement_id)
    if disbursement.is_ordered_by(by):
        return disbursement
    orderer_left = disbursement.state is State.ORDERED and not await is_treasurer(
        work, disbursement.ordered_by, territory
    )
    disbursement = disbursement.ordered(by, orderer_left=orderer_left)
    await disbursements.save(work, disbursement, work.now)
    work.record(
        DisbursementOrdered(
            territory=territory,
            disbursement_id=disbursement_id,
            ordered_by=by,
            order_hash=disbursement.order_hash,
        )
    )
    return disbursement


async def confirm(
    work: Work, *, territory: str, disbursement_id: UUID, by: UUID, order_hash: str
) -> Disbursement:
    """The confirmation of a second treasurer: the money is committed, the bank may be told.

    Raises what `Disbursement.confirmed` raises, OrdererLeft, EnvelopeShort (payments that went back since the
    reservation may have emptied the envelope) and UserError: the fund's rules may be others since.
    """
    await check_treasurer(work, by, territory)
    chain = await books.lock_chain(work, territory)
    disbursement = await found_disbursement(work, territory, disbursement_id)
    if disbursement.is_confirmed_by(by, order_hash=order_hash):
        return disbursement
    disbursement = disbursement.confirmed(by, order_hash=order_hash)
    if not await is_treasurer(work, disbursement.ordered_by, territory):
        raise OrdererLeft(OrdererLeft.__doc__)
    left = await disbursements.envelope_minor(
        work, territory=territory, fund=disbursement.fund, currency=disbursement.currency
    )
    if left < 0:
        raise EnvelopeShort(EnvelopeShort.__doc__)
    before = left + disbursement.amount_minor
    if refusal := await refusal_of_fund(work, disbursement, envelope_minor=before):
        raise UserError(
            f"{refusal} : ce versement ne se confirme pas tant que cette règle est en vigueur."
            " Rendez la réservation à l’enveloppe si elle doit servir à autre chose.",
            status=409,
            code="fund_refuses",
        )
    draft = memo_entry(
        COMMITTED,
        event_id=disbursement.commitment_id,
        hashed=bytes.fromhex(disbursement.order_hash),
        on=work.today,
        document=str(disbursement_id),
        label="Engagement confirmé",
        fund=disbursement.fund,
        amount_minor=disbursement.amount_minor,
        currency=disbursement.currency,
        instrument=disbursement.family,
    )
    await journal.append(work, chain, [draft])
    await disbursements.save(work, disbursement, work.now)
    work.record(
        DisbursementCommitted(
            territory=territory,
            disbursement_id=disbursement_id,
            amount_minor=disbursement.amount_minor,
            currency=disbursement.currency,
            payee_name=disbursement.payee_name,
            payee_iban=disbursement.payee_iban,
            end_to_end_id=disbursement.end_to_end_id,
            confirmed_by=by,
            order_hash=disbursement.order_hash,
        )
    )
    return disbursement


async def post_debit(work: Work, heard: Heard[DisbursementDebited]) -> None:
    """The bank says so: the money is disbursed, and its reservation is released.

    pledges learns the EndToEndId from the commitment, which is committed here first: a debit of a disbursement
    that is not committed is no matter of waiting. Raises NotInState, DebitDiffers: the event is parked.
    """
    debit = heard.event
    hashed = posting.payload_hash(heard.payload)
    chain = await books.lock_chain(work, debit.territory)
    if await books.known_events(work, {heard.id: hashed}):
        return
    disbursement = await disbursements.lock(work, debit.territory, debit.disbursement_id)
    if disbursement is None:
        raise CauseMissing(f"disbursement {debit.disbursement_id} is not known yet")
    debited = debit.amount_minor, debit.currency
    committed = disbursement.amount_minor, disbursement.currency
    if debited != committed:
        raise DebitDiffers(f"disbursement {debit.disbursement_id}: {debited} debited, {committed} committed")
    disbursement = disbursement.debited()
    paid = posting.disbursed(
        event_id=heard.id,
        hashed=hashed,
        on=debit.booked_on,
        value_on=debit.value_on,
        proof=BankProof(debit.statement_id, debit.line_id, -debit.amount_minor),
        disbursement_id=debit.disbursement_id,
        fund=disbursement.fund,
        currency=debit.currency,
        family=disbursement.family,
    )
    released = memo_entry(
        SETTLED,
        event_id=heard.id,
        hashed=hashed,
        on=debit.booked_on,
        document=str(debit.disbursement_id),
        label="Engagement soldé",
        fund=disbursement.fund,
        amount_minor=debit.amount_minor,
        currency=debit.currency,
        instrument=disbursement.family,
    )
    await journal.append(work, chain, [paid, released])
    await disbursements.save(work, disbursement, work.now)
    work.record(
        DisbursementPosted(
            territory=debit.territory,
            disbursement_id=debit.disbursement_id,
            amount_minor=debit.amount_minor,
            currency=debit.currency,
            booked_on=debit.booked_on,
        ),
        because_of=heard,
    )


async def found_disbursement(work: Work, territory: str, disbursement_id: UUID) -> Disbursement:
    """One disbursement of a territory, locked until the transaction ends. Raises UserError when it is not there."""
    disbursement = await disbursements.lock(work, territory, disbursement_id)
    if disbursement is None:
        raise UserError(
            "Ce versement n’existe pas dans ce territoire : vérifiez l’adresse.",
            status=404,
            code="unknown_disbursement",
        )
    return disbursement
