"""Cedes a share of a territory's envelope to another: one treasurer orders, another confirms, both chains are posted.

Both chains are locked in the order of their codes, so that shares in both directions wait for each other and never
lock each other out.
"""

from uuid import UUID

from services.ledger.domain.envelope_share import (
    EnvelopeShare,
    ShareExceedsEnvelope,
    ShareOrdererLeft,
    ShareState,
    ShareToItself,
    drafts_of,
)
from services.ledger.operations.treasurers import check_treasurer, is_treasurer
from services.ledger.repository import books, envelope_shares, journal
from services.ledger.repository.disbursements import envelope_minor
from shared.database import Work
from shared.events.ledger import EnvelopeShared
from shared.values import new_id
from shared.web.errors import UserError


async def order_share(
    work: Work,
    *,
    territory: str,
    receiver: str,
    fund: str,
    amount_minor: int,
    decision_reference: str,
    by: UUID,
    currency: str = "EUR",
) -> EnvelopeShare:
    """What a treasurer of the giving territory orders, for another one to confirm. Nothing is posted yet.

    The same again by the same person, while it waits, is the same order. Raises ShareRefused, UserError (403).
    """
    await check_treasurer(work, by, territory)
    if receiver == territory:
        raise ShareToItself
    return await envelope_shares.add_share(
        work,
        EnvelopeShare(
            share_id=new_id(),
            territory=territory,
            receiver=receiver,
            fund=fund,
            amount_minor=amount_minor,
            currency=currency,
            decision_reference=decision_reference,
            ordered_by=by,
        ),
    )


async def confirm_share(
    work: Work, *, territory: str, share_id: UUID, by: UUID, order_hash: str
) -> EnvelopeShare:
    """The confirmation of a second treasurer: both entries are posted. The same again changes nothing.

    Raises ShareRefused, UserError. Never more than the giver's envelope holds.
    """
    await check_treasurer(work, by, territory)
    receiver = await envelope_shares.receiver_of(work, territory, share_id)
    if receiver is None:
        raise _unknown()
    chains = {code: await books.lock_chain(work, code) for code in sorted((territory, receiver))}
    share = await _found(work, territory, share_id)
    if share.is_confirmed_by(by, order_hash=order_hash):
        return share
    share = share.confirmed(by, order_hash=order_hash)
    if not await is_treasurer(work, share.ordered_by, territory):
        raise ShareOrdererLeft
    held = await envelope_minor(work, territory=territory, fund=share.fund, currency=share.currency)
    if held < share.amount_minor:
        raise ShareExceedsEnvelope
    leaves, arrives = drafts_of(share, on=work.today)
    await journal.append(work, chains[territory], [leaves])
    await journal.append(work, chains[receiver], [arrives])
    await envelope_shares.save_share(work, share)
    for lane in (territory, receiver):
        work.record(
            EnvelopeShared(
                territory=lane,
                share_id=share_id,
                giver=territory,
                receiver=receiver,
                fund=share.fund,
                amount_minor=share.amount_minor,
                currency=share.currency,
                decision_reference=share.decision_reference,
                shared_at=work.now,
            )
        )
    return share


async def cancel_share(work: Work, *, territory: str, share_id: UUID, by: UUID) -> EnvelopeShare:
    """Give a share up before its confirmation. Raises ShareNotInState, UserError."""
    await check_treasurer(work, by, territory)
    share = await _found(work, territory, share_id)
    if share.state is ShareState.CANCELLED:
        return share
    cancelled = share.cancelled()
    await envelope_shares.save_share(work, cancelled)
    return cancelled


async def _found(work: Work, territory: str, share_id: UUID) -> EnvelopeShare:
    share = await envelope_shares.lock_share(work, territory, share_id)
    if share is None:
        raise _unknown()
    return share


def _unknown() -> UserError:
    return UserError(
        "Cette part d’enveloppe n’existe pas dans ce territoire : vérifiez l’adresse.",
        status=404,
        code="unknown_share",
    )
