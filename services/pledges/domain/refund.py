"""A payment that we give back: ordered by one treasurer, confirmed by another over the order's hash, then debited.

Only what a payment still holds can be given back, to the cent, and a refund that is under way holds its amount.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.pledges.domain.refusals import euros, typeset

LONGEST_NAME = 70
"""What a SEPA transfer says of its payee (EPC 132-08)."""


class RefundState(StrEnum):
    """Where a refund stands. `DEBITED`: a statement showed the debit, which alone gives the payment back."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    DEBITED = "debited"
    CANCELLED = "cancelled"


class RefundRefused(Exception):
    """A step that a refund cannot take; nothing has changed. The message is for the treasurer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund of one payment: a received bank line, or an allocation of a suspended one (`payment_id`)."""

    refund_id: UUID
    territory: str
    pledge_id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban: str
    reason: str
    ordered_by: UUID
    state: RefundState = RefundState.ORDERED
    confirmed_by: UUID | None = None
    line_id: UUID | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: what goes back, to whom, why, on whose order."""
        order = [
            str(self.refund_id),
            self.territory,
            str(self.pledge_id),
            str(self.payment_id),
            self.amount_minor,
            self.currency,
            self.payee_name,
            self.payee_iban,
            self.reason,
            str(self.ordered_by),
        ]
        return hashlib.sha256(
            json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()

    @property
    def end_to_end_id(self) -> str:
        """By which the bank's debit is recognised (ISO 20022, at most 35 characters)."""
        return f"REM{self.refund_id.hex}"

    def ordered_again(self, wanted: "Refund") -> "Refund":
        """This order, which waits, for one of the same payment, amount, account and person.

        Raises RefundRefused when the name or the reason is another: who confirms would judge two orders of one refund.
        """
        if (wanted.payee_name, wanted.reason) != (self.payee_name, self.reason):
            raise RefundRefused(
                "Vous avez déjà ordonné de rendre ce montant de ce paiement à ce compte : cet ordre attend sa "
                "confirmation. Pour le corriger, annulez-le d’abord."
            )
        return self

    def confirmed(self, by: UUID, *, order_hash: str) -> "Refund":
        """Confirmed by a second person. Raises RefundRefused."""
        if self.state is not RefundState.ORDERED:
            raise RefundRefused("Ce remboursement n’attend plus de confirmation : rechargez la page.")
        if by == self.ordered_by:
            raise RefundRefused(
                "La personne qui a ordonné ce remboursement ne peut pas le confirmer : demandez à une autre."
            )
        if order_hash != self.order_hash:
            raise RefundRefused(
                "L’ordre que vous confirmez n’est plus celui-ci : relisez-le, puis confirmez."
            )
        return replace(self, state=RefundState.CONFIRMED, confirmed_by=by)

    def cancelled(self) -> "Refund":
        """Given up. Raises RefundRefused once it is debited, or given up already."""
        if self.state not in (RefundState.ORDERED, RefundState.CONFIRMED):
            raise RefundRefused("Ce remboursement est déjà débité ou annulé : rechargez la page.")
        return replace(self, state=RefundState.CANCELLED)


def check_not_transferred(*, message_id: str | None, has_debit: bool) -> None:
    """Raises RefundRefused while a file for the bank holds a confirmed refund, or once a debit has its EndToEndId."""
    if has_debit:
        raise RefundRefused(
            "Un débit d’un relevé porte l’identifiant de ce remboursement : l’argent est peut-être parti, il ne "
            "s’annule plus."
        )
    if message_id is not None:
        raise RefundRefused(
            f"Ce remboursement est dans le fichier {message_id} : si la banque ne l’a pas exécuté, retirez-le d’abord "
            "de ce fichier."
        )


def check_amount(amount_minor: int, *, left_minor: int) -> None:
    """Raises RefundRefused unless a payment still holds the amount."""
    if amount_minor <= 0:
        raise RefundRefused("Indiquez le montant à rendre, d’un centime au moins.")
    if amount_minor > left_minor:
        raise RefundRefused(
            f"Il ne reste que {euros(left_minor)} à rendre sur ce paiement, une fois ôté ce qui est déjà rendu ou "
            "en cours de remboursement. Rien n’a été ordonné : corrigez le montant."
        )
