"""Money out: reserved on the envelope, ordered by one person, confirmed by another over the order's hash.

Until it is confirmed, one person may give it up: no money moves, the envelope gets its own back.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID, uuid5

from services.ledger.domain.orders import order_hash

_COMMITMENT = UUID("6f0c6e0e-5a86-4c0e-9d6f-3a9a3f1f5c01")
"""Namespace of the ids of entries that a person's confirmation posts: one for each disbursement."""


_RELEASE = UUID("b7f1f0c4-52f5-4b0b-9a35-0a6d7e0f7c11")
"""Namespace of the ids of entries that release a reservation: one for each disbursement."""

LEAST_REASON, MOST_REASON = 10, 500
"""A sentence that says why; what is longer belongs into the document that it names."""


class State(StrEnum):
    """Where a disbursement stands."""

    RESERVED = "reserved"
    REFUSED = "refused"
    ORDERED = "ordered"
    COMMITTED = "committed"
    DISBURSED = "disbursed"
    RELEASED = "released"


class NotInState(Exception):
    """Ce versement n’est pas dans l'état voulu pour cette action : rechargez la page pour voir où il en est."""


class SamePersonTwice(Exception):
    """La personne qui a ordonné ce versement ne peut pas le confirmer : demandez à une autre personne trésorière."""


class AnotherOrder(Exception):
    """L’ordre que vous confirmez n’est plus celui-ci : rechargez la page, relisez-le, puis confirmez."""


class OrdererLeft(Exception):
    """La personne qui a ordonné ce versement n’est plus trésorière ici : il faut l’ordonner à nouveau."""


class EnvelopeShort(Exception):
    """L’enveloppe du territoire a diminué depuis la réservation et ne suffit plus : attendez de nouveaux dons."""


class RequesterMayNotPay(Exception):
    """La personne qui demande un versement ne peut ni l'ordonner ni le confirmer : demandez à une autre personne."""


class ReasonMissing(Exception):
    """Écrivez pourquoi cette réservation est rendue, en 10 à 500 caractères, sans nom de personne."""


@dataclass(frozen=True, slots=True)
class Disbursement:
    """One disbursement as the ledger knows it."""

    disbursement_id: UUID
    territory: str
    fund: str
    family: str
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban: str
    decision_reference: str
    requested_by: UUID
    need_id: UUID
    state: State
    ordered_by: UUID | None = None
    confirmed_by: UUID | None = None
    released_by: UUID | None = None
    release_reason: str | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: to whom, how much, from where, why, on whose order."""
        return order_hash(
            [
                str(self.disbursement_id),
                self.territory,
                self.fund,
                self.family,
                self.amount_minor,
                self.currency,
                self.payee_name,
                self.payee_iban,
                self.decision_reference,
                str(self.ordered_by),
            ]
        )

    @property
    def commitment_id(self) -> UUID:
        """The id of the entry that its confirmation posts, which bears the order's hash."""
        return uuid5(_COMMITMENT, str(self.disbursement_id))

    @property
    def release_id(self) -> UUID:
        """The id of the entry that gives the envelope its own back, which bears the release's hash."""
        return uuid5(_RELEASE, str(self.disbursement_id))

    @property
    def release_hash(self) -> str:
        """SHA-256 of a release: of what, by whom, why."""
        return order_hash(
            [str(self.disbursement_id), self.territory, str(self.released_by), self.release_reason]
        )

    @property
    def end_to_end_id(self) -> str:
        """The EndToEndId that the bank gives back on its statement (ISO 20022, at most 35 characters)."""
        return f"MIL{self.disbursement_id.hex}"

    def is_ordered_by(self, person: UUID) -> bool:
        """Whether this person's order stands: the same order again changes nothing."""
        return self.state is State.ORDERED and self.ordered_by == person

    def is_confirmed_by(self, person: UUID, *, order_hash: str) -> bool:
        """Whether this person has confirmed this very order: the same confirmation again changes nothing."""
        return self.confirmed_by == person and self.order_hash == order_hash

    def ordered(self, by: UUID, *, orderer_left: bool = False) -> "Disbursement":
        """The order of a first person, or a new one when the first is treasurer no more (its hash is another).

        Raises NotInState, RequesterMayNotPay.
        """
        self._must_be(State.ORDERED if orderer_left else State.RESERVED)
        if by == self.requested_by:
            raise RequesterMayNotPay(RequesterMayNotPay.__doc__)
        return replace(self, state=State.ORDERED, ordered_by=by)

    def confirmed(self, by: UUID, *, order_hash: str) -> "Disbursement":
        """The confirmation of a second one. Raises NotInState, SamePersonTwice, RequesterMayNotPay, AnotherOrder."""
        self._must_be(State.ORDERED)
        if by == self.ordered_by:
            raise SamePersonTwice(SamePersonTwice.__doc__)
        if by == self.requested_by:
            raise RequesterMayNotPay(RequesterMayNotPay.__doc__)
        if order_hash != self.order_hash:
            raise AnotherOrder(AnotherOrder.__doc__)
        return replace(self, state=State.COMMITTED, confirmed_by=by)

    def released(self, by: UUID, *, reason: str) -> "Disbursement":
        """Given up by one person, with a reason, before anybody confirmed it. Raises NotInState, ReasonMissing."""
        if self.state is not State.RESERVED:
            self._must_be(State.ORDERED)
        reason = reason.strip()
        if not LEAST_REASON <= len(reason) <= MOST_REASON:
            raise ReasonMissing(ReasonMissing.__doc__)
        return replace(self, state=State.RELEASED, released_by=by, release_reason=reason)

    def debited(self) -> "Disbursement":
        """The bank's debit. Raises NotInState."""
        self._must_be(State.COMMITTED)
        return replace(self, state=State.DISBURSED)

    def _must_be(self, state: State) -> None:
        if self.state is not state:
            raise NotInState(NotInState.__doc__)
