"""Membership: who may join, with which words they agree, and the states of a person (domain §5)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from services.members.domain.addresses import AddressRefused, read_address
from shared.values import territory_codes

LONGEST_NAME = 80
"""Long enough for compound names; short enough for the greeting of a letter."""

CONSENT_VERSION = "2026-11"
"""The words in force. Changed words are a new version beside the old ones: consent names what was read."""

CONSENT_TEXTS = {
    "2026-11": (
        "J’accepte que l’opération Milliard conserve mon nom, mon adresse de courriel et mon territoire "
        "pour gérer mon adhésion et m’envoyer ses missions. Je peux retirer cet accord à tout moment."
    )
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
_ADVERTISING = re.compile(r"://|www\.|[@<>]", re.IGNORECASE)


class Standing(StrEnum):
    """Where a person stands. Savers left a contact and are no members; the invited hold a role already."""

    SAVER = "saver"
    INVITED = "invited"
    PENDING_EMAIL = "pending_email"
    ACTIVE = "active"
    LAPSED = "lapsed"
    RESIGNED = "resigned"
    EXCLUDED = "excluded"
    ERASED = "erased"


MAY_SIGN_IN = frozenset({Standing.INVITED, Standing.ACTIVE, Standing.LAPSED, Standing.RESIGNED})
MAY_JOIN = frozenset({Standing.INVITED, Standing.PENDING_EMAIL, Standing.LAPSED, Standing.RESIGNED})


class OrganisationCannotJoin(Exception):
    """An organisation asked to join: members are natural persons only."""

    def __init__(self) -> None:
        super().__init__(
            "L’adhésion est ouverte seulement aux personnes physiques, pour que chaque voix y compte autant. "
            "Votre organisation a sa place parmi les partenaires\u00a0: faites-la connaître sur la page "
            "des organisations."
        )


class WrongFields(Exception):
    """A form with something to correct: one French sentence for each wrong field."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


@dataclass(frozen=True, slots=True)
class Application:
    """What a natural person asks for by joining: all of it is checked, none of it is confirmed yet."""

    email: str
    display_name: str
    territory: str
    consent_version: str


def read_application(*, kind: str, email: str, name: str, territory: str, consents: bool) -> Application:
    """Check what somebody typed to join. Raises OrganisationCannotJoin, WrongFields."""
    if kind == "organisation":
        raise OrganisationCannotJoin
    errors: dict[str, str] = {}
    if kind != "personne":
        errors["kind"] = "Dites-nous si vous êtes une personne physique ou une organisation."
    address = _address(email, errors)
    display_name = _name(name, errors)
    if territory not in territory_codes():
        errors["territory"] = "Choisissez votre territoire dans la liste."
    if not consents:
        errors["consent"] = "Sans votre accord, nous ne pouvons pas enregistrer votre adhésion."
    if errors:
        raise WrongFields(errors)
    return Application(
        email=address, display_name=display_name, territory=territory, consent_version=CONSENT_VERSION
    )


@dataclass(frozen=True, slots=True)
class SaversContact:
    """Where a saver wants to receive letters about a pledge."""

    email: str
    display_name: str
    territory: str


def read_contact(*, email: str, name: str, territory: str) -> SaversContact:
    """Check the contact that a saver leaves. Raises WrongFields."""
    errors: dict[str, str] = {}
    address = _address(email, errors)
    display_name = _name(name, errors)
    if territory not in territory_codes():
        errors["territory"] = "Choisissez votre territoire dans la liste."
    if errors:
        raise WrongFields(errors)
    return SaversContact(email=address, display_name=display_name, territory=territory)


def read_identity(*, email: str, name: str) -> tuple[str, str]:
    """Check the address and the name of a person who is invited. Raises WrongFields."""
    errors: dict[str, str] = {}
    address, display_name = _address(email, errors), _name(name, errors)
    if errors:
        raise WrongFields(errors)
    return address, display_name


def _address(text: str, errors: dict[str, str]) -> str:
    try:
        return read_address(text)
    except AddressRefused as refused:
        errors["email"] = str(refused)
        return ""


def _name(text: str, errors: dict[str, str]) -> str:
    """A name on one line. What looks like a link or an address is refused: our letters must not advertise."""
    name = " ".join(_CONTROL.sub(" ", text).split())
    if not name:
        errors["name"] = "Indiquez le nom par lequel nous pouvons vous saluer."
    elif len(name) > LONGEST_NAME:
        errors["name"] = f"Ce nom est trop long\u00a0: {LONGEST_NAME} caractères au plus."
    elif _ADVERTISING.search(name):
        errors["name"] = "Un nom ne contient ni lien ni adresse\u00a0: écrivez seulement le vôtre."
    return name
