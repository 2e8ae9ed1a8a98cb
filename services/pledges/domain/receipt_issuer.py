"""An organisation that gives tax receipts: what receipts say of it, and when its right holds.

The right is not ours to judge: a treasurer types its ground (an answer of the tax office, most often), and with it
switches the receipts on. Until then there is none.
"""

from datetime import date
from typing import NamedTuple

LONGEST = {
    "name": 120,
    "street": 160,
    "postal_code": 12,
    "city": 80,
    "object": 400,
    "quality": 200,
    "signatory_name": 80,
    "signatory_role": 80,
}
LONGEST_GROUND = 500


class Mentions(NamedTuple):
    """What a receipt says of its issuer. `registration` is a SIREN (9 figures) or an RNA number (W and 9 figures).

    `quality` is what gives the right, in the model's words. `for_wealth_tax`: article 978 (IFI) beside article 200.
    """

    name: str
    registration: str
    street: str
    postal_code: str
    city: str
    object: str
    quality: str
    for_wealth_tax: bool
    signatory_name: str
    signatory_role: str

    @property
    def registration_kind(self) -> str:
        return "RNA" if self.registration.startswith("W") else "SIREN"


class Right(NamedTuple):
    """From when to when an issuer may give receipts, both days included, and on what ground."""

    ground: str
    first_on: date
    last_on: date | None

    def within(self, year: int) -> tuple[date, date] | None:
        """The days of a civil year whose gifts it covers, None when it covers none of them."""
        first = max(self.first_on, date(year, 1, 1))
        last = min(self.last_on or date.max, date(year, 12, 31))
        return (first, last) if first <= last else None


class IssuerRefused(Exception):
    """What an issuer cannot be; `errors` says it of each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


class ReceiptsNotCovered(IssuerRefused):
    """Receipts in force count gifts of other days or accounts: nothing could replace them once a payment goes back.

    `field` is where the right or the mentions fall short, `what` the gifts, in French.
    """

    def __init__(self, field: str, what: str) -> None:
        super().__init__(
            {
                field: f"Des reçus valables comptent des dons {what} : couvrez-les aussi. Sinon, si un versement est "
                "rendu, rien ne remplacerait ces reçus pour le reste."
            }
        )


class AccountTaken(Exception):
    """Another organisation gives receipts for the gifts of this account: they would be counted twice."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"« {name} » délivre déjà les reçus des dons de ce compte : fermez d’abord son droit, ou changez de compte."
        )


class IssuerNotFound(Exception):
    """No issuer has this id."""

    def __init__(self) -> None:
        super().__init__("Cet organisme n’existe pas : revenez à la liste.")


class IssuerInState(Exception):
    """The right was switched on or off meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "Le droit de cet organisme a déjà changé : rouvrez la page, puis recommencez s’il le faut."
        )


def check_mentions(mentions: Mentions) -> None:
    """Raises IssuerRefused with one sentence for each field."""
    errors = {}
    for name, longest in LONGEST.items():
        value = getattr(mentions, name)
        if not value:
            errors[name] = "Remplissez ce champ : il figure sur chaque reçu."
        elif len(value) > longest:
            errors[name] = f"Raccourcissez : {longest} caractères au plus."
        elif not value.isprintable():
            errors[name] = "Enlevez les caractères invisibles."
    if not mentions.registration:
        errors["registration"] = "Écrivez un SIREN (9 chiffres) ou un numéro RNA (W et 9 chiffres) exact."
    if errors:
        raise IssuerRefused(errors)


def check_right(right: Right) -> None:
    """Raises IssuerRefused with one sentence for each field."""
    errors = {}
    if len(right.ground) < 10:
        errors["ground"] = "Écrivez le fondement du droit, par exemple la référence et la date d’un rescrit."
    elif len(right.ground) > LONGEST_GROUND:
        errors["ground"] = f"Raccourcissez : {LONGEST_GROUND} caractères au plus."
    elif not right.ground.isprintable():
        errors["ground"] = "Enlevez les caractères invisibles."
    if right.last_on is not None and right.last_on < right.first_on:
        errors["last_on"] = "Le dernier jour est avant le premier : inversez-les."
    if errors:
        raise IssuerRefused(errors)
