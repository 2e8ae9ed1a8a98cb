"""Units of a local currency for a project: an organisation of its network gets them. Two persons decide it.

`ordered → confirmed → delivered`, or cancelled before its delivery: until then nothing has moved.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.orders import order_hash
from shared.values import day_of


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class DeliveryRefused(Exception):
    """A delivery that cannot be made or go on; the message is for the treasurer."""


class DeliveryNotInState(DeliveryRefused):
    """Cette remise n’est pas dans l’état voulu pour cette action : rechargez la page pour voir où elle en est."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class DeliveryByOnePerson(DeliveryRefused):
    """Qui a ordonné cette remise ne peut pas la confirmer : demandez à une autre personne trésorière."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class AnotherDelivery(DeliveryRefused):
    """La remise que vous confirmez n’est plus celle-ci : rechargez la page, relisez-la, puis confirmez."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class OutsideTheNetwork(DeliveryRefused):
    """Cette organisation n’est pas dans le réseau de la monnaie ce jour-là : les unités restent ici ; choisissez une
    organisation du réseau, ou faites compléter la liste."""

    def __init__(self) -> None:
        super().__init__(" ".join(str(type(self).__doc__).split()))


class Handed(NamedTuple):
    """What the issuer confirmed: when the organisation got its units, under which reference, and the proof."""

    delivered_on: date
    issuer_reference: str
    proof_sha256: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, in minor units of a local currency. Persons are ids."""

    delivery_id: UUID
    territory: str
    fund: str
    local_currency: str
    amount_minor: int
    payee_identifier: str
    payee_name: str
    decision_reference: str
    ordered_by: UUID
    state: DeliveryState = DeliveryState.ORDERED
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    handed: Handed | None = None
    recorded_by: UUID | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: from where, what, to whom, by which vote, on whose order."""
        return order_hash(
            [
                str(self.delivery_id),
                self.territory,
                self.fund,
                self.local_currency,
                self.amount_minor,
                self.payee_identifier,
                self.payee_name,
                self.decision_reference,
                str(self.ordered_by),
            ]
        )

    @property
    def word_hash(self) -> str:
        """SHA-256 of what its entry rests on: the order, the issuer's day, reference and proof."""
        assert self.handed is not None
        delivered_on, reference, proof = self.handed
        return order_hash([self.order_hash, delivered_on.isoformat(), reference, proof])

    def confirmed(self, by: UUID, *, order_hash: str, at: datetime) -> "Delivery":
        """The confirmation of a second person. Raises DeliveryRefused."""
        self._must_be(DeliveryState.ORDERED)
        if by == self.ordered_by:
            raise DeliveryByOnePerson
        if order_hash != self.order_hash:
            raise AnotherDelivery
        return replace(self, state=DeliveryState.CONFIRMED, confirmed_by=by, confirmed_at=at)

    def cancelled(self) -> "Delivery":
        """Given up while nothing has moved. Raises DeliveryNotInState."""
        self._must_be(DeliveryState.ORDERED, DeliveryState.CONFIRMED)
        return replace(self, state=DeliveryState.CANCELLED)

    def delivered(self, handed: Handed, *, by: UUID, today: date) -> "Delivery":
        """The organisation has its units. Raises DeliveryRefused."""
        self._must_be(DeliveryState.CONFIRMED)
        assert self.confirmed_at is not None  # a database constraint: two persons made it confirmed
        if not day_of(self.confirmed_at) <= handed.delivered_on <= today:
            raise DeliveryRefused(
                "Le jour de la remise n’est pas entre celui de la confirmation et aujourd’hui : corrigez la date."
            )
        return replace(self, state=DeliveryState.DELIVERED, handed=handed, recorded_by=by)

    def _must_be(self, *states: DeliveryState) -> None:
        if self.state not in states:
            raise DeliveryNotInState
