"""What a threshold has reached: what others' ordinary pledges received and kept by its last day."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.conditions import ConditionRefused


class Scope(NamedTuple):
    """Whose payments a threshold counts: for a fund, in a territory (None: everywhere), of everybody but one person."""

    person_id: UUID
    territory: str | None
    fund: str
    until_on: date


class Received(NamedTuple):
    """A part of what ordinary pledges received and kept, in cents.

    `person_id`: a funder's own pledges; None: everybody else's. `after`: below zero, what is to be left out where the
    last day is this one, since the bank dates it later.
    """

    territory: str
    fund: str
    person_id: UUID | None
    after: date | None
    amount_minor: int


class TargetAlreadyReached(ConditionRefused):
    """A threshold that would be met at once: nobody would give anything because of it."""

    def __init__(self) -> None:
        super().__init__(
            "target",
            "Cet objectif est déjà atteint : choisissez une somme plus haute, ou promettez sans condition.",
        )


def counted_minor(received: Iterable[Received], scope: Scope) -> int:
    """What counts for a threshold."""
    return sum(
        one.amount_minor
        for one in received
        if one.fund == scope.fund
        and scope.territory in (None, one.territory)
        and one.person_id != scope.person_id
        and one.after in (None, scope.until_on)
    )
