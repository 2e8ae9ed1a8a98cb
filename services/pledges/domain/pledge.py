"""A pledge: what was promised, what came, what went back. Money that comes late or in excess always lands."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class PledgeState(StrEnum):
    """Where a pledge stands. `EXPIRED` and `CANCELLED` end reminders, never the right to pay."""

    PLEDGED = "pledged"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class Pledge(NamedTuple):
    """A promise of `amount_minor` cents; `received_minor` and `returned_minor` only ever grow.

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
