"""How a pledge becomes firmer, and what exactly is signed."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from services.pledges.domain.commitment import (
    Commitment,
    CommittedAlready,
    LetterClosed,
    NotFirmer,
    NothingToSign,
    Signature,
    StandingPledge,
    TextChanged,
    check_firmer,
    check_signature,
)
from services.pledges.domain.commitment_text import check_text, commitment_texts, text_in_force
from services.pledges.domain.pledge import PledgeState

LANDED = {1: "b43c5657dbba608039c1cf051a6717a7c609bcdf16dffb30fc4ab8eb9e56b9c9"}
"""Texts that somebody may have signed: they never change."""


def standing(**other: Any) -> StandingPledge:
    said = {
        "pledge_id": uuid4(),
        "person_id": uuid4(),
        "territory": "64",
        "fund": "fonds-commun",
        "amount_minor": 100,
        "currency": "EUR",
        "reference": "RF",
        "state": PledgeState.PLEDGED,
        "payer_kind": "company",
        "instrument": "gift",
        "commitment": Commitment.LETTER_OF_INTENT,
        "kept_minor": 0,
    }
    return StandingPledge(**{**said, **other})


def signed(**other: Any) -> Signature:
    text = text_in_force()
    said = {
        "signatory_name": "Alix",
        "signatory_capacity": "gérante",
        "text_version": text.version,
        "text_sha256": text.sha256,
    }
    return Signature(**{**said, **other})


@pytest.mark.parametrize("commitment", [Commitment.PROMISE, Commitment.SIGNED])
def test_a_letter_of_intent_becomes_firm(commitment: Commitment) -> None:
    """A promise or a signed commitment, even when money came before it."""
    check_firmer(standing(), commitment)
    check_firmer(standing(state=PledgeState.PAID), commitment)


@pytest.mark.parametrize("before", [Commitment.PROMISE, Commitment.SIGNED])
def test_what_is_firm_stays_as_it_is(before: Commitment) -> None:
    """It would count twice."""
    with pytest.raises(CommittedAlready):
        check_firmer(standing(commitment=before), Commitment.SIGNED)


@pytest.mark.parametrize("state", [PledgeState.EXPIRED, PledgeState.CANCELLED])
def test_a_letter_that_has_ended_is_not_confirmed(state: PledgeState) -> None:
    """Its entry is reversed already; a new letter is made instead."""
    with pytest.raises(LetterClosed):
        check_firmer(standing(state=state), Commitment.PROMISE)


def test_a_letter_does_not_become_a_letter() -> None:
    """Nothing would change."""
    with pytest.raises(NotFirmer):
        check_firmer(standing(), Commitment.LETTER_OF_INTENT)


def test_only_what_is_signed_bears_a_signature() -> None:
    """And it always does."""
    assert check_signature(Commitment.SIGNED, signed(signatory_name=" Alix  Exemple ")) == signed(
        signatory_name="Alix Exemple"
    )
    with pytest.raises(NothingToSign):
        check_signature(Commitment.SIGNED, None)
    with pytest.raises(NothingToSign):
        check_signature(Commitment.PROMISE, signed())


@pytest.mark.parametrize("other", [{"text_version": 999}, {"text_sha256": "0" * 64}])
def test_another_text_than_todays_is_not_signed(other: dict[str, Any]) -> None:
    """Version and hash are those of the text in force."""
    check_text(signed())
    with pytest.raises(TextChanged):
        check_text(signed(**other))


def test_a_text_that_landed_never_changes() -> None:
    """Whoever signed it can show it; a new wording is a new file."""
    texts = commitment_texts()
    assert {version: texts[version].sha256 for version in texts} == LANDED
    assert all(sha256(text.text.encode()).hexdigest() == text.sha256 for text in texts.values())
