"""How a bank line finds its pledge: where a reference is looked for, in which order, and why none was found.

Order: structured reference, free text, EndToEndId; never a name or an amount alone. This module only
names candidates: that a pledge bears one of them is for the caller to check, in the order given.
"""

from enum import StrEnum
from typing import NamedTuple, Protocol

from services.pledges.domain.references import find_in_text, looks_like_reference, normalise
from services.pledges.domain.statement import BankLine


class FoundIn(StrEnum):
    """Where the bank gave us a reference: the code kept with a match."""

    STRUCTURED_REFERENCE = "structured_reference"
    FREE_TEXT = "free_text"
    END_TO_END_ID = "end_to_end_id"


class NoCandidate(StrEnum):
    """Why a line names no reference at all: the code kept with what goes to suspense."""

    BANK_CHARGE = "bank_charge"
    MISTYPED_REFERENCE = "mistyped_reference"
    NO_REFERENCE = "no_reference"


EXPLANATIONS: dict[FoundIn | NoCandidate, str] = {
    FoundIn.STRUCTURED_REFERENCE: "La référence est dans la zone prévue du virement.",
    FoundIn.FREE_TEXT: "La référence a été lue dans le libellé du virement.",
    FoundIn.END_TO_END_ID: "La référence est dans l’identifiant de bout en bout du virement.",
    NoCandidate.BANK_CHARGE: "Ce sont des frais pris par la banque : aucune promesse ne leur correspond.",
    NoCandidate.MISTYPED_REFERENCE: (
        "Le libellé contient une référence qui commence par RF, mais sa clé est fausse : "
        "une faute de frappe, sans doute. Comparez-la aux promesses du même montant."
    ),
    NoCandidate.NO_REFERENCE: "Aucune référence commençant par RF n’a été trouvée dans ce virement.",
}


class Texts(Protocol):
    """Where a payment may say what it is for: a line of a statement, or a detail of a notification."""

    @property
    def structured_reference(self) -> str | None: ...

    @property
    def remittance_text(self) -> str | None: ...

    @property
    def end_to_end_id(self) -> str | None: ...


class Candidate(NamedTuple):
    """A valid reference that the line bears, and where it was read."""

    reference: str
    found_in: FoundIn


def candidate_references(line: Texts) -> list[Candidate]:
    """The references that a line may be paying, in the order in which they must be tried, each once."""
    places = (
        (FoundIn.STRUCTURED_REFERENCE, line.structured_reference),
        (FoundIn.FREE_TEXT, line.remittance_text),
        (FoundIn.END_TO_END_ID, line.end_to_end_id),
    )
    candidates: dict[str, Candidate] = {}
    for found_in, text in places:
        for reference in _references_in(text) if text else ():
            candidates.setdefault(reference, Candidate(reference, found_in))
    return list(candidates.values())


def _references_in(text: str) -> list[str]:
    """A text that is a reference and nothing else is certain: its prefixes are not tried."""
    whole = normalise(text)
    return [whole] if whole else find_in_text(text)


def why_no_candidate(line: BankLine) -> NoCandidate:
    """The reason to show when `candidate_references` found nothing."""
    if line.is_charge:
        return NoCandidate.BANK_CHARGE
    texts = (line.structured_reference, line.remittance_text, line.end_to_end_id)
    if any(looks_like_reference(text) for text in texts if text):
        return NoCandidate.MISTYPED_REFERENCE
    return NoCandidate.NO_REFERENCE
