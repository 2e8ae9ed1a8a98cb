"""Gives a payment back: one treasurer orders, another confirms, the bank's debit does it.

Both are treasurers of the national desk at that moment, by this service's own projection. The pledge is locked first:
refunds, returns and undone allocations of its payments follow one another.
"""

from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.iban import normalise_iban
from services.pledges.domain.reconciliation import Receipt
from services.pledges.domain.refund import (
    LONGEST_NAME,
    Refund,
    RefundRefused,
    RefundState,
    check_amount,
    check_not_transferred,
)
from services.pledges.operations.national_desk import check_treasurer, is_treasurer
from services.pledges.repository.bank_lines import is_debited_with, receipts_of
from services.pledges.repository.file_orders import open_file_of
from services.pledges.repository.pledges import lock_pledges
from services.pledges.repository.refunds import (
    add_refund,
    lock_refund,
    open_minor,
    pledge_of_refund,
    save_cancellation,
    save_confirmation,
    waiting_like,
)
from shared.database import Work
from shared.values import new_id
from shared.web.errors import UserError

CURRENCY = "EUR"


class WantedRefund(NamedTuple):
    """What a treasurer wants to give back, of which payment of which pledge, to whom and why."""

    pledge_id: UUID
    payment_id: UUID
    amount_minor: int
    payee_name: str
    payee_iban: str
    reason: str


async def order_refund(work: Work, wanted: WantedRefund, *, by: UUID) -> Refund:
    """The order, for another treasurer to confirm; the same one again while it waits, so that a form sent twice is one.

    Raises RefundRefused, TreasurerNoMore, UserError.
    """
    await check_treasurer(work, by)
    name, iban, reason = wanted.payee_name.strip(), normalise_iban(wanted.payee_iban), wanted.reason.strip()
    if not name or len(name) > LONGEST_NAME:
        raise RefundRefused(f"Écrivez le nom du titulaire du compte, en {LONGEST_NAME} caractères au plus.")
    if iban is None:
        raise RefundRefused("Cet IBAN est faux : recopiez-le depuis le relevé ou le RIB de la personne.")
    if not reason:
        raise RefundRefused("Écrivez pourquoi ce paiement est rendu : qui confirme doit pouvoir en juger.")
    pledges = await lock_pledges(work, references=[], pledge_ids=[wanted.pledge_id])
    receipts = await receipts_of(work, pledge_ids=[pledge.pledge_id for pledge in pledges])
    receipt = next((one for one in receipts if one.line_id == wanted.payment_id), None)
    if receipt is None:
        raise UserError("Aucun paiement reçu n’existe à cette adresse.", status=404, code="payment_not_found")
    (pledge,) = pledges
    refund = Refund(
        refund_id=new_id(),
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        payment_id=receipt.line_id,
        amount_minor=wanted.amount_minor,
        currency=CURRENCY,
        payee_name=name,
        payee_iban=iban,
        reason=reason,
        ordered_by=by,
    )
    if same := await waiting_like(work, refund):
        return same.ordered_again(refund)
    check_amount(wanted.amount_minor, left_minor=await _left(work, receipt))
    await add_refund(work, refund)
    return refund


async def confirm_refund(work: Work, refund_id: UUID, *, by: UUID, order_hash: str) -> Refund:
    """The confirmation of a second treasurer: the bank may be told.

    Raises RefundRefused, TreasurerNoMore, UserError.
    """
    await check_treasurer(work, by)
    receipts, refund = await _hold(work, refund_id)
    confirmed = refund.confirmed(by, order_hash=order_hash)
    if not await is_treasurer(work, refund.ordered_by):
        raise RefundRefused(
            "La personne qui a ordonné ce remboursement n’est plus trésorière : annulez-le, puis ordonnez-le à nouveau."
        )
    receipt = next((one for one in receipts if one.line_id == refund.payment_id), None)
    left = await _left(work, receipt, but=refund_id) if receipt else 0
    check_amount(refund.amount_minor, left_minor=left)
    if await is_debited_with(work, refund.end_to_end_id):
        raise RefundRefused(
            "Un débit d’un relevé porte déjà l’identifiant de ce remboursement : annulez cet ordre, puis regardez la "
            "ligne de ce débit."
        )
    await save_confirmation(work, confirmed)
    return confirmed


async def cancel_refund(work: Work, refund_id: UUID, *, by: UUID, reason: str = "") -> Refund:
    """Given up: what it held of its payment is free. Raises RefundRefused, TreasurerNoMore, UserError.

    A confirmed one needs a reason, and that neither an open file nor a debit has its EndToEndId.
    """
    _, refund = await _hold(work, refund_id)
    cancelled = refund.cancelled()
    if refund.state is RefundState.CONFIRMED:
        await check_treasurer(work, by)
        if not reason.strip():
            raise RefundRefused(
                "Écrivez pourquoi ce remboursement confirmé est abandonné : la raison est gardée."
            )
        check_not_transferred(
            message_id=await open_file_of(work, refund.end_to_end_id),
            has_debit=await is_debited_with(work, refund.end_to_end_id),
        )
    await save_cancellation(work, cancelled, by=by, reason=reason.strip())
    return cancelled


async def _hold(work: Work, refund_id: UUID) -> tuple[list[Receipt], Refund]:
    """The payments of the refund's pledge, and the refund, locked in this order."""
    pledge_id = await pledge_of_refund(work, refund_id)
    if pledge_id is None:
        raise UserError("Aucun remboursement n’existe à cette adresse.", status=404, code="refund_not_found")
    await lock_pledges(work, references=[], pledge_ids=[pledge_id])
    return await receipts_of(work, pledge_ids=[pledge_id]), await lock_refund(work, refund_id)


async def _left(work: Work, receipt: Receipt, *, but: UUID | None = None) -> int:
    """What a payment still holds, beside other refunds under way."""
    return max(0, receipt.remaining_minor - await open_minor(work, receipt.line_id, but=but))
