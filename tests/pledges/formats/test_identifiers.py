"""SIREN, SIRET and RNA numbers as people type them."""

import pytest

from services.pledges.domain.instruments import CrossSubscription, SubscribedOrganisationMissing
from services.pledges.domain.payer import RnaInvalid, SirenInvalid
from services.pledges.formats.identifiers import read_rna, read_siren, read_subscription


@pytest.mark.parametrize("typed", ["732829320", " 732 829 320 ", "73282932000074", "732.829.320"])
def test_a_siren_is_read_with_its_spaces_or_in_a_siret(typed: str) -> None:
    """Nine digits are kept."""
    assert read_siren(typed) == "732829320"


def test_nothing_typed_is_no_number() -> None:
    """Fields that are not needed are left empty."""
    assert read_siren("  ") is None
    assert read_rna("") is None
    assert read_subscription("", " ") is None


@pytest.mark.parametrize(
    "typed", ["732829321", "73282932", "abc", "7" * 500, "732829320" + " " * 60 + "1", "\0", "٣"]
)
def test_a_wrong_siren_is_refused(typed: str) -> None:
    """A false key, another length, no digits, something after it."""
    with pytest.raises(SirenInvalid):
        read_siren(typed)


@pytest.mark.parametrize("typed", ["W641000000", "w641 000 000", "W2A1000000", "W9R4000000"])
def test_an_rna_number_is_read_in_its_compact_form(typed: str) -> None:
    """Corsica and overseas have a letter in their second place."""
    assert read_rna(typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize("typed", ["641000000", "W64100000", "W64100000A", "W641000000 / Pau", "W" * 300])
def test_a_wrong_rna_number_is_refused(typed: str) -> None:
    """W and nine characters, nothing else."""
    with pytest.raises(RnaInvalid):
        read_rna(typed)


def test_an_organisation_to_subscribe_in_needs_its_siren() -> None:
    """A name alone would be a guess."""
    assert read_subscription("La Graine", "732829320") == CrossSubscription(
        organisation_name="La Graine", siren="732829320"
    )
    with pytest.raises(SubscribedOrganisationMissing):
        read_subscription("La Graine", "")
    with pytest.raises(SirenInvalid) as refused:
        read_subscription("La Graine", "732829321")
    assert refused.value.field == "subscribed_siren"
