"""A treasurer's word on a payment: whether tax receipts count it, where the bank's own words do not settle it."""

from services.pledges.domain.tax_receipt import ReceiptRefused

LONGEST_REASON = 500


class PaymentNotFound(ReceiptRefused):
    """No gift of a person has this id."""

    def __init__(self) -> None:
        super().__init__("Aucun don d’une personne n’existe à cette adresse : revenez à la ligne du relevé.")


class RulingRefused(ReceiptRefused):
    """A word that cannot be kept; the message says why."""


def tidy_reason(reason: str, *, counts: bool) -> str | None:
    """The reason with tidy spaces, None for none: what is not counted needs one. Raises RulingRefused."""
    tidy = " ".join(reason.split())
    if not tidy and not counts:
        raise RulingRefused("Écrivez pourquoi ce versement n’est pas compté : la raison reste avec lui.")
    if len(tidy) > LONGEST_REASON or not tidy.isprintable():
        raise RulingRefused(
            f"Raccourcissez la raison à {LONGEST_REASON} caractères, sans caractère invisible."
        )
    return tidy or None
