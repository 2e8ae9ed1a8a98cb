"""Addresses: what a letter can reach, and which two are one mailbox."""

import pytest

from services.members.domain.addresses import AddressRefused, canonical_address, read_address


def test_an_address_is_kept_in_lower_case():
    """Case never makes two accounts of one address."""
    assert read_address("  Prenom.NOM@Exemple.FR ") == "prenom.nom@exemple.fr"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camille",
        "camille@",
        "@exemple.fr",
        "a b@exemple.fr",
        "a@exemple",
        "a@b.fr\nbcc:x@y.fr",
        "é@exemple.fr",
    ],
)
def test_what_no_letter_can_reach_is_refused(text: str):
    """An address that is incomplete, or that could smuggle a header, is refused."""
    with pytest.raises(AddressRefused):
        read_address(text)


def test_an_address_longer_than_smtp_carries_is_refused():
    """The longest path of SMTP is the limit."""
    with pytest.raises(AddressRefused):
        read_address("a" * 60 + "@" + "b" * 60 + "." + ("c" * 60 + ".") * 3 + "fr")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alix@exemple.fr", "alix@EXEMPLE.fr"),
        ("alix+banque@exemple.fr", "alix@exemple.fr"),
        ("a.l.i.x@gmail.com", "alix+2@googlemail.com"),
    ],
)
def test_two_writings_of_one_mailbox_are_one_person(one: str, other: str):
    """Case, plus-tags and Gmail's dots do not make a second person."""
    assert canonical_address(one) == canonical_address(other)


def test_dots_count_outside_gmail():
    """Elsewhere a dot makes another mailbox."""
    assert canonical_address("a.b@exemple.fr") != canonical_address("ab@exemple.fr")
