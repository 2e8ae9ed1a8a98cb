"""A tax receipt (model 11580*05, gifts of individuals): what it says, its number, and the code that proves it genuine.

The code is made of everything that the receipt says and of its unguessable id: whoever changes a word of a copy, or
makes one up, has a number and a code that our own data do not confirm.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.donor import Donor
from services.pledges.domain.receipt_issuer import Mentions

CODE_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a figure."""

CODE_LENGTH = 20
"""A hundred bits: nobody finds a code by trying, so that its page needs no other limit."""

_READ_AS = str.maketrans("OIL", "011")
_NUMBER = re.compile(r"(?P<year>20[0-9]{2})\s*[-–]?\s*(?P<number>[0-9]{1,9})")


class Mode(StrEnum):
    """How a gift was paid: one of the three boxes of the model."""

    TRANSFER = "transfer"
    CHEQUE = "cheque"
    CASH = "cash"


class Cancellation(StrEnum):
    """Why a receipt holds no more. `PAYMENT_DETACHED`: it counted a payment by mistake, and nothing was given back."""

    PAYMENT_RETURNED = "payment_returned"
    PAYMENT_DETACHED = "payment_detached"
    MISTAKE = "mistake"


class CountedPayment(NamedTuple):
    """A payment that a receipt counts: what came by the bank and was not given back, in cents."""

    payment_id: UUID
    booked_on: date
    amount_minor: int
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxReceipt:
    """A receipt whole, as it is printed. Amounts in cents of euros."""

    receipt_id: UUID
    year: int
    number: int
    issuer: Mentions
    donor: Donor
    payments: Sequence[CountedPayment]
    issued_at: datetime
    cancelled_at: datetime | None = None
    replaced_by: str | None = None

    @property
    def amount_minor(self) -> int:
        return sum(payment.amount_minor for payment in self.payments)

    @property
    def printed_number(self) -> str:
        return printed_number(self.year, self.number)

    def content_hash(self) -> str:
        """SHA-256 of all that was said at the issue, in hexadecimal. What happened to it later is no part of it."""
        said = {
            "format": 1,
            "receipt": str(self.receipt_id),
            "number": self.printed_number,
            "issued_at": self.issued_at.isoformat(),
            "issuer": self.issuer._asdict(),
            "donor": self.donor._asdict(),
            "currency": "EUR",
            "payments": [
                [str(one.payment_id), one.booked_on.isoformat(), one.amount_minor, str(one.mode)]
                for one in sorted(self.payments)
            ],
        }
        return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def printed_number(year: int, number: int) -> str:
    """The order number as it is printed: `2026-000042`."""
    return f"{year}-{number:06d}"


def read_number(text: str) -> tuple[int, int] | None:
    """The year and the number of a typed order number; None for what is none."""
    match = _NUMBER.fullmatch(text.strip())
    return (int(match["year"]), int(match["number"])) if match else None


def control_code(content_hash: str) -> str:
    """The code of a receipt: the first hundred bits of its hash."""
    bits = int(content_hash, 16) >> (256 - 5 * CODE_LENGTH)
    return "".join(CODE_CHARACTERS[bits >> shift & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))


def printed_code(code: str) -> str:
    """In groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(text: str) -> str:
    """A typed code without its hyphens, in upper case; O is read as 0, I and L as 1."""
    return "".join(text.split()).replace("-", "").upper().translate(_READ_AS)


class NoReceipt(StrEnum):
    """Why there is no receipt to give, as pages say it."""

    NO_ISSUER = "no_issuer"
    YEAR_NOT_OVER = "year_not_over"
    NOTHING_RECEIVED = "nothing_received"
    ON_HOLD = "on_hold"
    NO_DONOR = "no_donor"


NO_RECEIPT_SENTENCES = {
    NoReceipt.NO_ISSUER: "Aucun reçu fiscal n’est délivré aujourd’hui : le droit d’en délivrer n’a pas été ouvert à "
    "l’organisme qui reçoit les dons.",
    NoReceipt.YEAR_NOT_OVER: "Un reçu compte toute une année : celui de cette année se fait à partir du 1er janvier.",
    NoReceipt.NOTHING_RECEIVED: "Aucun don reçu et gardé n’attend de reçu.",
    NoReceipt.ON_HOLD: "Un versement attend une vérification avant d’être compté.",
    NoReceipt.NO_DONOR: "Il manque votre nom et votre adresse, que la loi demande sur le reçu.",
}


class ReceiptRefused(Exception):
    """What cannot be done with tax receipts; the message is for who asked."""


class NoRightToIssue(ReceiptRefused):
    """No organisation has its right switched on."""

    def __init__(self) -> None:
        super().__init__(
            "Aucun organisme n’a le droit ouvert de délivrer des reçus fiscaux : ouvrez-le d’abord, avec son fondement."
        )


class YearNotOver(ReceiptRefused):
    """Receipts are yearly: of a year that goes on, more may come, and go back."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"L’année {year} n’est pas finie : ses reçus se font à partir du 1er janvier {year + 1}."
        )


class ReceiptNotFound(ReceiptRefused):
    """No receipt has this id."""

    def __init__(self) -> None:
        super().__init__("Aucun reçu n’existe à cette adresse : vérifiez le lien reçu par courriel.")


class ReceiptAlreadyCancelled(ReceiptRefused):
    """A cancelled receipt stays cancelled."""

    def __init__(self) -> None:
        super().__init__("Ce reçu est déjà annulé : il n’y a rien d’autre à faire.")


class ReceiptAltered(ReceiptRefused):
    """The data of a receipt are not those that it was issued with: somebody changed them behind our back."""

    def __init__(self) -> None:
        super().__init__(
            "Les données de ce reçu ne correspondent plus à son code de contrôle : il n’est pas imprimé. "
            "Prévenez l’équipe technique."
        )
