"""Conversion of what is set aside: euros go to an issuer, who confirms as many units. Two persons decide it.

`ordered → committed → paid → received`, or cancelled while it is ordered. At its commitment a conversion takes shares
of gifts in the order of the chain, first in, first out: from one mark to another.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.orders import order_hash

CONVERTED_CURRENCY = "EUR"
"""What is converted: issuers hold their reserve in euros. The share of gifts in francs stays set aside."""


class ConversionState(StrEnum):
    """Where a conversion stands."""

    ORDERED = "ordered"
    COMMITTED = "committed"
    PAID = "paid"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class ConversionRefused(Exception):
    """A conversion that cannot be made or go on; the message is for the treasurer."""


class ConversionNotInState(ConversionRefused):
    """Cette conversion n’est pas dans l’état voulu pour cette action : rechargez la page pour voir où elle en est."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class ConversionByOnePerson(ConversionRefused):
    """Qui a ordonné cette conversion ne peut pas la confirmer : demandez à une autre personne trésorière."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class ConversionByRegistrar(ConversionRefused):
    """Qui a inscrit le nom ou le compte de l’émetteur ne peut ni ordonner ni confirmer une conversion chez lui :
    demandez à deux autres personnes trésorières."""

    def __init__(self) -> None:
        super().__init__(" ".join(str(type(self).__doc__).split()))


class AnotherConversion(ConversionRefused):
    """La conversion que vous confirmez n’est plus celle-ci : rechargez la page, relisez-la, puis confirmez."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Mark(NamedTuple):
    """How far along a chain shares are taken: of the entry `seq`, the first `offset_minor` cents of its share."""

    seq: int
    offset_minor: int


BEGINNING = Mark(0, 0)


class Taken(NamedTuple):
    """The part of a share that a conversion took, in cents; `until_minor` is None where it took all the rest."""

    from_minor: int
    until_minor: int | None


class UnitsReceived(NamedTuple):
    """What the issuer confirmed: how many units, when, under which reference; and the document that proves it."""

    units_minor: int
    received_on: date
    issuer_reference: str
    proof_sha256: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion, in euros. `issuer_name` and `issuer_iban` are those of its order. Persons are ids."""

    conversion_id: UUID
    territory: str
    fund: str
    local_currency: str
    amount_minor: int
    issuer_name: str
    issuer_iban: str
    ordered_by: UUID
    state: ConversionState = ConversionState.ORDERED
    confirmed_by: UUID | None = None
    begins: Mark | None = None
    ends: Mark | None = None
    paid_on: date | None = None
    received: UnitsReceived | None = None
    recorded_by: UUID | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: where from, how much, into what, to whom, on whose order."""
        return order_hash(
            [
                str(self.conversion_id),
                self.territory,
                self.fund,
                self.local_currency,
                self.amount_minor,
                self.issuer_name,
                self.issuer_iban,
                str(self.ordered_by),
            ]
        )

    @property
    def word_hash(self) -> str:
        """SHA-256 of what its units' entry rests on: the order, the issuer's day, reference and proof."""
        assert self.received is not None
        _, received_on, reference, proof = self.received
        return order_hash([self.order_hash, received_on.isoformat(), reference, proof])

    @property
    def end_to_end_id(self) -> str:
        """The EndToEndId that the bank gives back on its statement (ISO 20022, at most 35 characters)."""
        return f"MLC{self.conversion_id.hex}"

    def confirmed(self, by: UUID, *, order_hash: str) -> "Conversion":
        """The confirmation of a second person. Raises ConversionRefused."""
        self._must_be(ConversionState.ORDERED)
        if by == self.ordered_by:
            raise ConversionByOnePerson
        if order_hash != self.order_hash:
            raise AnotherConversion
        return replace(self, state=ConversionState.COMMITTED, confirmed_by=by)

    def cancelled(self) -> "Conversion":
        """Given up before its confirmation. Raises ConversionNotInState."""
        self._must_be(ConversionState.ORDERED)
        return replace(self, state=ConversionState.CANCELLED)

    def paid(self, on: date) -> "Conversion":
        """The bank's debit. Raises ConversionNotInState."""
        self._must_be(ConversionState.COMMITTED)
        return replace(self, state=ConversionState.PAID, paid_on=on)

    def confirmed_by_issuer(self, received: UnitsReceived, *, by: UUID, today: date) -> "Conversion":
        """The units that the issuer gave for it, as many as euros. Raises ConversionRefused."""
        self._must_be(ConversionState.PAID)
        assert self.paid_on is not None  # a database constraint: the debit made it paid
        if received.units_minor != self.amount_minor:
            raise ConversionRefused(
                "Une unité vaut un euro, et le nombre d’unités n’est pas celui des euros virés : rien n’a été"
                " enregistré ; relisez le document, ou demandez à l’émetteur les unités qui manquent."
            )
        if not self.paid_on <= received.received_on <= today:
            raise ConversionRefused(
                "Le jour de réception n’est pas entre celui du débit et aujourd’hui : corrigez la date."
            )
        return replace(self, state=ConversionState.RECEIVED, received=received, recorded_by=by)

    def _must_be(self, state: ConversionState) -> None:
        if self.state is not state:
            raise ConversionNotInState


def taken_of(conversion: Conversion, seq: int, *, kept_minor: int) -> Taken | None:
    """What a conversion took of the share of an entry, of which `kept_minor` did not go back; None: nothing."""
    begins, ends = conversion.begins, conversion.ends
    if begins is None or ends is None or not begins.seq <= seq <= ends.seq:
        return None
    start = begins.offset_minor if begins.seq == seq else 0
    until = ends.offset_minor if ends.seq == seq else None
    if start >= (kept_minor if until is None else until):
        return None
    return Taken(start, until)
