"""What a promise says beyond its amount, territory and fund; a natural person's plain promise says nothing more."""

from dataclasses import dataclass

from services.pledges.domain.commitment import Commitment, Signature
from services.pledges.domain.instruments import CrossSubscription
from services.pledges.domain.payer import Organisation, PayerKind
from services.pledges.domain.pledge import GIFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """Who pledges (None: a natural person), with which instrument and how firmly; where it would take shares; who
    signed."""

    payer: Organisation | None = None
    instrument: str = GIFT
    commitment: Commitment = Commitment.PROMISE
    cross_subscription: CrossSubscription | None = None
    signature: Signature | None = None

    @property
    def payer_kind(self) -> PayerKind:
        return self.payer.kind if self.payer else PayerKind.NATURAL_PERSON


PLAIN = Particulars()
