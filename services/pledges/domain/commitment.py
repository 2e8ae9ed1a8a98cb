"""How firmly a pledge is meant: an intention, a person's word, or a signature.

Only the last two count in what the movement shows as promised. An intention may become either of them later; a
promise or a signed commitment stays what it is. Money that comes is received, whatever the commitment.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.fields import FieldRefused, line_within
from services.pledges.domain.payer import MAX_CAPACITY, MAX_NAME
from services.pledges.domain.pledge import PledgeState


class Commitment(StrEnum):
    """How firmly a pledge is meant."""

    PROMISE = "promise"
    LETTER_OF_INTENT = "letter_of_intent"
    SIGNED = "signed"


COMMITMENT_NAMES = {
    Commitment.PROMISE: "Promesse",
    Commitment.LETTER_OF_INTENT: "Lettre d’intention",
    Commitment.SIGNED: "Engagement signé",
}
CLOSED = frozenset({PledgeState.EXPIRED, PledgeState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, in which capacity, and exactly which text: its version and the SHA-256 of its bytes (hexadecimal)."""

    signatory_name: str
    signatory_capacity: str
    text_version: int
    text_sha256: str


class StandingPledge(NamedTuple):
    """A pledge whose commitment is to change, locked."""

    pledge_id: UUID
    person_id: UUID
    territory: str
    fund: str
    amount_minor: int
    currency: str
    reference: str
    state: PledgeState
    payer_kind: str
    instrument: str
    commitment: Commitment
    kept_minor: int

    @property
    def missing_minor(self) -> int:
        """What is left to pay: a letter may have been paid, even beyond its amount."""
        return max(0, self.amount_minor - self.kept_minor)


class CommitmentRefused(FieldRefused):
    """A commitment that cannot be taken as it was asked for."""

    field = "commitment"


class CommittedAlready(CommitmentRefused):
    """A promise or a signed commitment: it is no intention any more."""

    sentence = "Cette promesse n’est plus une lettre d’intention : elle est déjà confirmée."


class LetterClosed(CommitmentRefused):
    """A letter of intent that expired or was cancelled."""

    sentence = (
        "Cette lettre d’intention n’a plus cours : elle a expiré ou a été annulée. Faites-en une nouvelle."
    )


class NotFirmer(CommitmentRefused):
    """A letter of intent asked to become one."""

    sentence = "Choisissez une promesse ou un engagement signé : c’est déjà une lettre d’intention."


class NothingToSign(CommitmentRefused):
    """A signature on what is not signed, or none on what is."""

    sentence = (
        "Une signature accompagne un engagement signé, et lui seul : donnez « signature » avec l’engagement "
        "« signed », ou aucun des deux."
    )


class TextChanged(CommitmentRefused):
    """What would be signed is not the text of today."""

    sentence = (
        "Le texte de l’engagement a changé depuis que vous l’avez lu : relisez-le, puis signez de nouveau."
    )


class TextNotAgreed(CommitmentRefused):
    """Somebody signs without having said that they agree."""

    field = "agreed"
    sentence = "Cochez la case pour dire que vous avez lu le texte et que vous vous engagez."


def check_firmer(pledge: StandingPledge, commitment: Commitment) -> None:
    """Whether a pledge may take a commitment now. Raises CommittedAlready, LetterClosed or NotFirmer."""
    if pledge.commitment is not Commitment.LETTER_OF_INTENT:
        raise CommittedAlready
    if pledge.state in CLOSED:
        raise LetterClosed
    if commitment is Commitment.LETTER_OF_INTENT:
        raise NotFirmer


def check_signature(commitment: Commitment, signature: Signature | None) -> Signature | None:
    """The signature with its names on one line. Raises NothingToSign, or FieldRefused for a name.

    What is signed bears a signature, and nothing else does.
    """
    if (commitment is Commitment.SIGNED) != (signature is not None):
        raise NothingToSign
    if signature is None:
        return None
    return replace(
        signature,
        signatory_name=line_within(signature.signatory_name, field="signatory_name", most=MAX_NAME),
        signatory_capacity=line_within(
            signature.signatory_capacity, field="signatory_capacity", most=MAX_CAPACITY
        ),
    )
