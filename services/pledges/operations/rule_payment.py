"""A treasurer says whether receipts count a payment: one whose payer the bank names otherwise, or not at all; and one
that left the account by a debit that nobody can attach to it.

A receipt in force that counts what is not to be counted is cancelled and made again as after a return.
"""

from uuid import UUID

from services.pledges.domain.payment_ruling import PaymentNotFound, RulingRefused, tidy_reason
from services.pledges.queries.payment_rulings import ruled_payment
from services.pledges.repository.payment_rulings import add_ruling, take_back_ruling
from shared.database import Work


async def rule_payment(work: Work, payment_id: UUID, *, counts: bool, reason: str, by: UUID) -> None:
    """Keep the word, in place of an earlier one. Raises PaymentNotFound, RulingRefused."""
    tidy = tidy_reason(reason, counts=counts)
    if await ruled_payment(work, payment_id) is None:
        raise PaymentNotFound
    await take_back_ruling(work, payment_id, by=by)
    await add_ruling(work, payment_id, counts=counts, reason=tidy, by=by)


async def count_again(work: Work, payment_id: UUID, *, by: UUID) -> None:
    """Take back that a payment is not counted: it is as any other again. Raises PaymentNotFound, RulingRefused."""
    payment = await ruled_payment(work, payment_id)
    if payment is None:
        raise PaymentNotFound
    if payment.counts is not False or not await take_back_ruling(work, payment_id, by=by):
        raise RulingRefused("Ce versement n’est pas écarté des reçus : il n’y a rien à reprendre.")
