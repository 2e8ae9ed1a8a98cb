"""SIREN, SIRET, RNA and the registers of Alsace-Moselle."""

import pytest

from services.projects.domain.organisations import (
    IdentifierMissing,
    Identifiers,
    RnaInvalid,
    SirenInvalid,
    TribunalReferenceElsewhere,
)
from services.projects.formats.identifiers import read_identifiers, read_rna, read_siren


@pytest.mark.parametrize(
    ("written", "siren"),
    [
        ("732829320", "732829320"),
        ("732 829 320", "732829320"),
        ("73282932000074", "732829320"),
        ("35600000009075", "356000000"),
        ("", None),
    ],
)
def test_a_siren_is_read_also_from_a_siret(written: str, siren: str | None) -> None:
    """Spaces do not matter, and the establishments of La Poste have a rule of their own."""
    assert read_siren(written) == siren


@pytest.mark.parametrize(
    "written", ["732829321", "73282932", "73282932000075", "35600000009076", "abcdefghi"]
)
def test_a_siren_with_a_wrong_key_is_refused(written: str) -> None:
    """A mistyped digit is found."""
    with pytest.raises(SirenInvalid, match="9 chiffres"):
        read_siren(written)


@pytest.mark.parametrize(
    ("written", "rna"),
    [("w641000123", "W641000123"), ("W2A 100 0123", "W2A1000123"), ("W9R1000123", "W9R1000123")],
)
def test_an_rna_number_is_read_in_any_case(written: str, rna: str) -> None:
    """Corsica and overseas have a letter in it."""
    assert read_rna(written) == rna


@pytest.mark.parametrize("written", ["641000123", "W64100012", "W6410001234", "WA41000123"])
def test_an_rna_number_of_another_form_is_refused(written: str) -> None:
    """W and nine characters, no more and no less."""
    with pytest.raises(RnaInvalid, match="commence par W"):
        read_rna(written)


def test_an_organisation_needs_one_identifier() -> None:
    """Without SIREN and RNA nothing proves that it exists."""
    with pytest.raises(IdentifierMissing, match="SIREN"):
        read_identifiers(siren="", rna=" ", tribunal_reference="", territory="64")


@pytest.mark.parametrize("territory", ["57", "67", "68"])
def test_alsace_moselle_is_registered_by_volume_and_folio(territory: str) -> None:
    """Associations of local law are not in the RNA."""
    found = read_identifiers(
        siren="", rna="", tribunal_reference=" volume 52,  folio 18 ", territory=territory
    )
    assert found == Identifiers(tribunal_reference="volume 52, folio 18")


def test_a_volume_and_folio_prove_nothing_elsewhere() -> None:
    """The local law ends where Alsace and Moselle end."""
    with pytest.raises(TribunalReferenceElsewhere, match="57, 67, 68"):
        read_identifiers(siren="", rna="", tribunal_reference="volume 52", territory="64")
