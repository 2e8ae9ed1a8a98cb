"""A pledge: what was promised, what came, what went back. Money that comes late or in excess always lands."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.refusals import euros, typeset

GIFT = "gift"
"""The instrument of whoever says none."""


class PledgeState(StrEnum):
    """Where a pledge stands. `EXPIRED` and `CANCELLED` end reminders, never the right to pay."""

    PLEDGED = "pledged"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class Release(StrEnum):
    """As what a pledge stopped being promised. Values are those of `PledgeState`; late money changes that one only."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Pledge(NamedTuple):
    """A promise of `amount_minor` cents; what it received shrinks only when an allocation is undone.

    `repository.pledges` reads the fields in this order.
    """

    pledge_id: UUID
    person_id: UUID
    territory: str
    fund: str
    amount_minor: int
    reference: str
    received_minor: int = 0
    returned_minor: int = 0
    state: PledgeState = PledgeState.PLEDGED
    instrument: str = GIFT

    @property
    def kept_minor(self) -> int:
        """What came and did not go back."""
        return self.received_minor - self.returned_minor

    def receive(self, amount_minor: int) -> "Pledge":
        """The pledge after a payment, whatever its state and however much it is."""
        return self._moved(
            received_minor=self.received_minor + amount_minor, returned_minor=self.returned_minor
        )

    def give_back(self, amount_minor: int) -> "Pledge":
        """The pledge after a return. Raises ReturnExceedsReceipts when more would go back than came."""
        if amount_minor > self.kept_minor:
            raise ReturnExceedsReceipts
        return self._moved(
            received_minor=self.received_minor, returned_minor=self.returned_minor + amount_minor
        )

    def take_back(self, amount_minor: int) -> "Pledge":
        """The pledge as if a payment had never been its own: an allocation is undone, none of which went back."""
        received = self.received_minor - amount_minor
        if not received and not self.returned_minor:
            return self._replace(received_minor=0, state=PledgeState.PLEDGED)
        return self._moved(received_minor=received, returned_minor=self.returned_minor)

    def stand_as(self, release: Release) -> "Pledge":
        """The pledge as it was released, unless all of it is there all the same."""
        if self.kept_minor >= self.amount_minor:
            return self
        return self._replace(state=PledgeState(release.value))

    def change(self, amount_minor: int) -> "Pledge":
        """The pledge with another amount, promised anew from what is kept. Raises AmountBelowReceived."""
        kept = self.kept_minor
        if amount_minor < kept:
            raise AmountBelowReceived(kept)
        if kept:
            state = PledgeState.PAID if kept == amount_minor else PledgeState.PARTIALLY_PAID
        else:
            state = PledgeState.PLEDGED
        return self._replace(amount_minor=amount_minor, state=state)

    def cancel(self) -> "Pledge":
        """The pledge without what has not come. Raises PledgeAlreadyPaid when all of it has."""
        if self.kept_minor >= self.amount_minor:
            raise PledgeAlreadyPaid
        return self._replace(state=PledgeState.CANCELLED)

    def _moved(self, *, received_minor: int, returned_minor: int) -> "Pledge":
        kept = received_minor - returned_minor
        if kept >= self.amount_minor:
            state = PledgeState.PAID
        elif not returned_minor:
            state = PledgeState.PARTIALLY_PAID
        else:
            state = PledgeState.PARTIALLY_REFUNDED if kept else PledgeState.REFUNDED
        return self._replace(received_minor=received_minor, returned_minor=returned_minor, state=state)


class PledgeRefused(Exception):
    """A promise that cannot be taken as it was written; the message is for the person."""


class AmountNotUnderstood(PledgeRefused):
    """The text is no amount in euros."""

    def __init__(self) -> None:
        super().__init__("Écrivez un montant en euros, par exemple 50 ou 1 234,56.")


class AmountOutOfLimits(PledgeRefused):
    """The amount is below the least or above the most that one pledge may be."""


class AmountBelowReceived(PledgeRefused):
    """The new amount of a pledge is below what has come and is kept."""

    def __init__(self, kept_minor: int) -> None:
        super().__init__(
            typeset(
                f"{euros(kept_minor)} sont déjà arrivés : le montant de la promesse ne peut pas être plus petit."
            )
        )


class PledgeAlreadyPaid(PledgeRefused):
    """Nothing of a pledge is left to cancel."""

    def __init__(self) -> None:
        super().__init__(
            typeset(
                "Cette promesse est arrivée en entier : il n’y a plus rien à annuler. "
                "Pour parler d’un versement, écrivez-nous."
            )
        )


class UnknownTerritory(PledgeRefused):
    """No territory has this code."""

    def __init__(self) -> None:
        super().__init__("Choisissez un territoire dans la liste.")


class UnknownFund(PledgeRefused):
    """No fund has this code."""

    def __init__(self) -> None:
        super().__init__("Choisissez un fonds dans la liste.")


class ReturnExceedsReceipts(Exception):
    """More would go back than has come: the line goes to suspense instead."""
