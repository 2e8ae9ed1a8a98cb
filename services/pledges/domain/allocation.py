"""How a credit in suspense finds its pledges later: in parts that never exceed it, each undone in two steps.

Pure: the line, the pledges and the parts are given; what becomes of them is for the caller to write down.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.pledge import Pledge
from services.pledges.domain.refusals import euros, typeset
from services.pledges.domain.statement import Direction
from shared.values import companion_id

MOST_PARTS = 50
"""Pledges that one transfer may be divided between: a family, a club; an employer's long list is imported."""


class AllocatedBy(StrEnum):
    """Who or what said which pledge a suspended credit pays: the code kept with an allocation."""

    BY_HAND = "by_hand"
    SEVERAL_REFERENCES = "several_references"
    CLAIM = "claim"
    NOTIFICATION = "notification"


ALLOCATION_SENTENCES: dict[AllocatedBy, str] = {
    AllocatedBy.BY_HAND: "Rapprochée à la main par la trésorerie.",
    AllocatedBy.SEVERAL_REFERENCES: "Le virement nomme plusieurs promesses, et leur somme est exactement son montant.",
    AllocatedBy.CLAIM: "La personne qui a payé l’a rattachée elle-même, par son lien.",
    AllocatedBy.NOTIFICATION: "L’avis de la banque (camt.054) détaille la somme, et cette part nomme la promesse.",
}


class Part(NamedTuple):
    """What one pledge gets of a line, in cents."""

    pledge: Pledge
    amount_minor: int


class AllocationRefused(Exception):
    """A line that cannot be divided so; nothing has changed. The message is for the treasurer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


def check_parts(
    parts: Sequence[Part],
    *,
    fate: str,
    direction: Direction,
    came_back: bool,
    waiting_minor: int,
    taken_back_minor: int,
) -> None:
    """Raises AllocationRefused unless these parts may be taken from what still waits of a line.

    `came_back`: it is a transfer of ours that the bank gave back. `taken_back_minor`: what waits of it and went back
    meanwhile.
    """
    if fate != "suspended":
        raise AllocationRefused("Cette ligne n’est pas en attente : elle a déjà trouvé sa place à l’import.")
    if direction is not Direction.CREDIT:
        raise AllocationRefused(
            "Cette ligne est un débit : seul de l’argent reçu peut être rattaché à une promesse."
        )
    if came_back:
        raise AllocationRefused(
            "Un virement sortant est revenu sur le compte : ce n’est pas un don, aucune promesse ne le reçoit. "
            "Laissez-le en attente."
        )
    if not parts:
        raise AllocationRefused("Indiquez au moins une promesse, par sa référence.")
    if len(parts) > MOST_PARTS:
        raise AllocationRefused(
            f"Un virement se partage entre {MOST_PARTS} promesses au plus : faites-le en plusieurs fois."
        )
    if len({part.pledge.pledge_id for part in parts}) < len(parts):
        raise AllocationRefused("La même promesse est citée deux fois : additionnez ses deux montants.")
    if any(part.amount_minor <= 0 for part in parts):
        raise AllocationRefused("Chaque promesse doit recevoir au moins un centime.")
    total = sum(part.amount_minor for part in parts)
    if total > waiting_minor:
        raise AllocationRefused(
            f"Les montants font {euros(total)}, et il ne reste que {euros(waiting_minor)} en attente sur cette ligne. "
            "Rien n’a été rapproché : corrigez les montants."
        )
    left_minor = waiting_minor - taken_back_minor
    if total > left_minor:
        what_to_do = (
            f"Rapprochez {euros(left_minor)} au plus"
            if left_minor > 0
            else "Ne rapprochez rien de cette ligne"
        )
        raise AllocationRefused(
            f"La banque a repris {euros(taken_back_minor)} de cette somme : un débit qui porte le même identifiant "
            f"attend aussi. {what_to_do} : ce qui reste et le débit se compensent."
        )


def exact_parts(pledges: Sequence[Pledge], amount_minor: int) -> tuple[Part, ...]:
    """What each pledge misses, when this is exactly the amount that came for all of them; else nothing is certain."""
    parts = tuple(Part(pledge, pledge.amount_minor - pledge.kept_minor) for pledge in pledges)
    is_exact = (
        all(part.amount_minor > 0 for part in parts)
        and sum(part.amount_minor for part in parts) == amount_minor
    )
    return parts if is_exact else ()


def first_allocation_id(line_id: UUID, pledge_id: UUID) -> UUID:
    """The id of what an import allocates: the same at each import of the line."""
    return companion_id(line_id, str(pledge_id))
