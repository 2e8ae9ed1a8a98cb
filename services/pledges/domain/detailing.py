"""What becomes of the details of a sum in suspense, once a notification says them: allocated, or left to a person."""

from collections.abc import Sequence
from enum import StrEnum

from services.pledges.domain.reconciliation import SUSPENSE_SENTENCES, Suspense
from services.pledges.domain.statement import BankLine, Direction


class LeftToPerson(StrEnum):
    """Why a detail is not allocated by itself, whatever it names: the code kept with it.

    All but `TAKEN_BACK` are of the whole sum.
    """

    DEBIT = "debit"
    CAME_BACK = "came_back"
    ALLOCATED_BEFORE = "allocated_before"
    CHARGES_WITHHELD = "charges_withheld"
    TAKEN_BACK = "taken_back"


WHY_NOT_SENTENCES: dict[str, str] = {
    LeftToPerson.DEBIT: "C’est un débit : rien n’en revient à une promesse.",
    LeftToPerson.CAME_BACK: (
        "Le relevé dit que de l’argent sorti est revenu, ou que la banque a rendu des frais : ce n’est pas un don."
    ),
    LeftToPerson.ALLOCATED_BEFORE: (
        "Une partie de la somme était déjà rapprochée quand l’avis est arrivé : vérifiez qu’elle n’est pas celle-ci."
    ),
    LeftToPerson.CHARGES_WITHHELD: "La banque a retenu des frais sur la somme : elle ne couvre pas tout son détail.",
    LeftToPerson.TAKEN_BACK: (
        "La banque a repris cette part : un débit qui porte le même identifiant attend aussi. Laissez les deux en "
        "attente : ils se compensent."
    ),
    **{reason.value: sentence for reason, sentence in SUSPENSE_SENTENCES.items()},
}
"""Why a detail was not allocated by itself, by its code: one of the whole sum, or one of the detail (`Suspense`)."""


def left_to_person(
    details: Sequence[BankLine], *, direction: Direction, reason: str | None, allocated_minor: int
) -> LeftToPerson | None:
    """Whether a sum with these details is for a person. Else its details are all credits, which sum to it.

    `reason`: why the sum is in suspense.
    """
    if direction is not Direction.CREDIT:
        return LeftToPerson.DEBIT
    if reason in (Suspense.DEBIT_CAME_BACK, Suspense.CHARGE_GIVEN_BACK):
        return LeftToPerson.CAME_BACK
    if allocated_minor:
        return LeftToPerson.ALLOCATED_BEFORE
    if any(detail.direction is not Direction.CREDIT for detail in details):
        return LeftToPerson.CHARGES_WITHHELD
    return None
