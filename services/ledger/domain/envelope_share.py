"""Shares of envelope between territories: one cedes a part of its envelope to another, or to the national lane.

No euro leaves the bank account, which is one for all: two entries say who may decide about it. A treasurer of the
giving territory orders, a second one of the same confirms over the order's hash.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import Draft, Line
from services.ledger.domain.orders import order_hash

_ARRIVAL = UUID("5b8f3c52-3c86-4d0a-9d4f-0c1d6b1e7a94")
"""Namespace of the ids of entries in the receiving chain: one for each share."""


class ShareState(StrEnum):
    """Where a share of envelope stands."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class ShareRefused(Exception):
    """A share of envelope that cannot be ceded; the message is for the treasurer."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or type(self).__doc__)


class ShareNotInState(ShareRefused):
    """Cette part d’enveloppe n’est plus à confirmer : rechargez la page pour voir où elle en est."""


class ShareByOnePerson(ShareRefused):
    """Qui a ordonné cette part d’enveloppe ne peut pas la confirmer : demandez à une autre personne trésorière."""


class AnotherShare(ShareRefused):
    """La part d’enveloppe que vous confirmez n’est plus celle-ci : rechargez la page, relisez-la, puis confirmez."""


class ShareOrdererLeft(ShareRefused):
    """La personne qui a ordonné cette part n’est plus trésorière ici : annulez-la, puis ordonnez-la à nouveau."""


class ShareExceedsEnvelope(ShareRefused):
    """L’enveloppe du territoire ne tient plus cette somme : annulez cette part, ou attendez de nouveaux dons."""


class ShareToItself(ShareRefused):
    """Un territoire ne se cède rien à lui-même : choisissez un autre territoire."""


@dataclass(frozen=True, slots=True)
class EnvelopeShare:
    """What a territory cedes of its envelope, to whom, by which decision, on whose order. Persons are ids."""

    share_id: UUID
    territory: str
    receiver: str
    fund: str
    amount_minor: int
    currency: str
    decision_reference: str
    ordered_by: UUID
    state: ShareState = ShareState.ORDERED
    confirmed_by: UUID | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: from whom, to whom, how much, why, on whose order."""
        return order_hash(
            [
                str(self.share_id),
                self.territory,
                self.receiver,
                self.fund,
                self.amount_minor,
                self.currency,
                self.decision_reference,
                str(self.ordered_by),
            ]
        )

    def is_confirmed_by(self, by: UUID, *, order_hash: str) -> bool:
        """Whether this person confirmed exactly this."""
        return self.confirmed_by == by and self.order_hash == order_hash

    def confirmed(self, by: UUID, *, order_hash: str) -> "EnvelopeShare":
        """The confirmation of a second person. Raises ShareRefused."""
        if self.state is not ShareState.ORDERED:
            raise ShareNotInState
        if by == self.ordered_by:
            raise ShareByOnePerson
        if order_hash != self.order_hash:
            raise AnotherShare
        return replace(self, state=ShareState.CONFIRMED, confirmed_by=by)

    def cancelled(self) -> "EnvelopeShare":
        """Given up before its confirmation. Raises ShareNotInState."""
        if self.state is not ShareState.ORDERED:
            raise ShareNotInState
        return replace(self, state=ShareState.CANCELLED)


def drafts_of(share: EnvelopeShare, *, on: date) -> tuple[Draft, Draft]:
    """What the giver's and the receiver's chain get: D 186000 / C 181000, and D 181000 / C 187000."""
    leaves = Draft(
        event_id=share.share_id,
        payload_hash=bytes.fromhex(share.order_hash),
        journal=Journal.MISCELLANEOUS,
        entry_on=on,
        value_on=on,
        document=str(share.share_id),
        label=f"Part d’enveloppe cédée à {share.receiver}",
        lines=(
            Line(chart.ENVELOPE_SENT, share.amount_minor, share.fund, share.currency),
            Line(chart.LIAISON, -share.amount_minor, share.fund, share.currency),
        ),
    )
    arrives = leaves._replace(
        event_id=uuid5(_ARRIVAL, str(share.share_id)),
        label=f"Part d’enveloppe reçue de {share.territory}",
        lines=(
            Line(chart.LIAISON, share.amount_minor, share.fund, share.currency),
            Line(chart.ENVELOPE_RECEIVED, -share.amount_minor, share.fund, share.currency),
        ),
    )
    return leaves, arrives
