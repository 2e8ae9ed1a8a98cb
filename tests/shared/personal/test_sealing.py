"""Sealed contacts: only the person's own key opens them, for that person and that kind of fact."""

import base64
from uuid import uuid4

import pytest

from shared.events.members import Contact, ContactRecorded, SignInRequested
from shared.personal import SealBroken, new_key, seal, unseal

KEY, PERSON = new_key(), uuid4()
CONTACT = Contact(email="ada@exemple.fr", display_name="Ada")
SEALED = seal(key=KEY, person_id=PERSON, type=ContactRecorded.type, content=CONTACT)
RIGHT = {"key": KEY, "person_id": PERSON, "type": ContactRecorded.type, "sealed": SEALED}


def test_what_was_sealed_opens_with_its_key() -> None:
    """As it was."""
    assert Contact.model_validate_json(unseal(**RIGHT)) == CONTACT


def test_the_sealed_text_shows_nothing() -> None:
    """And is another one each time, so that equal contacts cannot be told."""
    assert b"ada" not in base64.b64decode(SEALED)
    assert seal(key=KEY, person_id=PERSON, type=ContactRecorded.type, content=CONTACT) != SEALED


@pytest.mark.parametrize("wrong", [
    {"key": new_key()}, {"person_id": uuid4()}, {"type": SignInRequested.type},
    {"sealed": SEALED[:-8] + "AAAAAAA="}, {"sealed": ""}, {"sealed": "AAAA"}, {"sealed": "é"},
    {"sealed": "not base64!"},
])  # fmt: skip
def test_anything_else_is_a_broken_seal(wrong: dict) -> None:
    """Another key, person or kind of fact; a text that was changed, cut, or never sealed."""
    with pytest.raises(SealBroken):
        unseal(**{**RIGHT, **wrong})
