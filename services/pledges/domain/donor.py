"""Who gave, as a tax receipt names them: name and postal address, as the model 11580*05 asks for."""

import unicodedata
from typing import NamedTuple

LONGEST = {
    "first_names": 80,
    "last_name": 80,
    "street": 160,
    "postal_code": 12,
    "city": 80,
    "country": 60,
}
"""Characters that a field may have: real ones are shorter, and all of them fit on the receipt."""

ALLOWED_MARKS = frozenset(" '’‘ʻ-‐‑.,/()°&+#:")

REQUIRED = {
    "first_names": "Écrivez vos prénoms.",
    "last_name": "Écrivez votre nom.",
    "street": "Écrivez le numéro et le nom de votre voie, ou votre lieu-dit.",
    "postal_code": "Écrivez votre code postal.",
    "city": "Écrivez votre commune.",
    "country": "Écrivez votre pays.",
}


class Donor(NamedTuple):
    """A donor's name and postal address; `postal_code` may be a foreign one."""

    first_names: str
    last_name: str
    street: str
    postal_code: str
    city: str
    country: str


def read_donor(typed: dict[str, str]) -> tuple[Donor, dict[str, str]]:
    """The donor with tidy spaces, and one sentence for each field that cannot be kept as it was typed."""
    tidy = {name: " ".join(typed.get(name, "").split()) for name in Donor._fields}
    errors = {name: sentence for name, value in tidy.items() if (sentence := _complaint(name, value))}
    return Donor(**tidy), errors


def same_name(typed: str, name: str) -> bool:
    """Whether two names are the same but for capitals, accents, hyphens and spaces."""
    return _letters(typed) == _letters(name) != ""


def _complaint(name: str, value: str) -> str | None:
    if not value:
        return REQUIRED[name]
    if len(value) > LONGEST[name]:
        return f"Raccourcissez : {LONGEST[name]} caractères au plus."
    if not all(_is_printable(character) for character in value):
        return "Écrivez en lettres latines, comme sur votre déclaration de revenus, sans caractère spécial."
    if name in ("first_names", "last_name", "city", "country") and not any(map(str.isalpha, value)):
        return REQUIRED[name]
    return None


def _is_printable(character: str) -> bool:
    """Latin letters with any accent, figures, and what stands between them."""
    if character in ALLOWED_MARKS or character in "0123456789":
        return True
    if unicodedata.combining(character):
        return True
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())
