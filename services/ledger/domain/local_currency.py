"""Local currencies (Action 21; CMF L311-5 and L311-6): who issues one, where it runs, which organisations accept it.

The platform never issues any: it pays in units that an issuer gives for euros, one for one.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.values import ABROAD, LOCAL_CURRENCY_PREFIX, territories

CODE = re.compile(r"X-[A-Z]{2,10}")
"""A private code; ISO 4217 has three letters and no dash, so that it never is a state's."""

COMMUNE = re.compile(r"([0-9]{2}|2[AB])[0-9]{3}")
"""A commune's code in the Code officiel géographique (INSEE), upper case."""

IDENTIFIER = re.compile(r"[0-9]{9}|W[0-9][0-9A-Z][0-9]{7}")
"""A SIREN, or an RNA number."""

LEAST_NAME, MOST_NAME = 2, 120
LEAST_DECISION, MOST_DECISION = 3, 200


class EditKind(StrEnum):
    """What an edit of the registry replaces, as a whole."""

    TERMS = "terms"
    PERIMETER = "perimeter"
    NETWORK = "network"


class RegistryRefused(Exception):
    """An edit of the registry that cannot be made; the message is for who makes it."""


class UnknownCurrency(RegistryRefused):
    """Cette monnaie locale n’est pas au registre : vérifiez son code, ou inscrivez-la d’abord."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class CurrencyExists(RegistryRefused):
    """Ce code est déjà au registre avec autre chose : modifiez la monnaie inscrite, ou choisissez un autre code."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class TooManyCurrencies(RegistryRefused):
    """Le plan de comptes n’a plus de sous-compte 530B libre : demandez-en d’autres à l’équipe technique."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class LineError(NamedTuple):
    """What is wrong in a line of a list; lines count from 1."""

    line: int
    message: str


MOST_SHOWN = 20
"""Errors of a list that are told at once: who corrects twenty sends it again."""


class ListRefused(RegistryRefused):
    """A list with wrong lines: nothing of it is kept."""

    def __init__(self, errors: list[LineError]) -> None:
        self.errors = errors
        told = " ".join(f"Ligne {error.line} : {error.message}" for error in errors[:MOST_SHOWN])
        more = f" Et {len(errors) - MOST_SHOWN} autres." if len(errors) > MOST_SHOWN else ""
        super().__init__(f"Rien n’a été enregistré, corrigez la liste. {told}{more}")


@dataclass(frozen=True, slots=True)
class Terms:
    """Who issues a currency, and where euros go for it (compact IBAN); `retired_on`: no conversion from then on."""

    name: str
    issuer_name: str
    issuer_identifier: str
    issuer_iban: str
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class LocalCurrency:
    """A currency of the registry, and the account in which its units are held."""

    code: str
    held_account: str
    terms: Terms

    def is_retired(self, on: date) -> bool:
        return self.terms.retired_on is not None and self.terms.retired_on <= on


class Acceptor(NamedTuple):
    """An organisation of a network: it accepts the currency from a day on, until a day (both included)."""

    identifier: str
    name: str
    accepts_from: date
    accepts_until: date | None = None
    organisation_id: UUID | None = None

    def accepts(self, on: date) -> bool:
        return self.accepts_from <= on and (self.accepts_until is None or on <= self.accepts_until)


def check_code(code: str) -> str:
    """A code in upper case. Raises RegistryRefused."""
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise RegistryRefused(
            f"Le code « {code[:20]} » n’est pas celui d’une monnaie locale : écrivez {LOCAL_CURRENCY_PREFIX}"
            " suivi de 2 à 10 lettres, par exemple X-EUSKO."
        )
    return code


def check_text(written: str, *, what: str, least: int = LEAST_NAME, most: int = MOST_NAME) -> str:
    """A text on one line. `what` begins the sentence that refuses it. Raises RegistryRefused."""
    text = " ".join(written.split())
    if not least <= len(text) <= most:
        raise RegistryRefused(f"{what} a {least} à {most} caractères : corrigez ce champ.")
    return text


def check_decision(written: str) -> str:
    """The reference of the decision that an edit follows. Raises RegistryRefused."""
    return check_text(written, what="La référence de la décision", least=LEAST_DECISION, most=MOST_DECISION)


def territory_of_commune(commune: str) -> str | None:
    """The territory of a commune (COG), None where there is none: overseas it is the first three characters."""
    if not COMMUNE.fullmatch(commune):
        return None
    code = commune[:3] if commune.startswith(("97", "98")) else commune[:2]
    return code if any(code == found.code != ABROAD for found in territories()) else None
