"""Which organisation is known well enough to pledge."""

from typing import Any

import pytest

from services.pledges.domain.fields import FieldRefused, TextMissing, TextTooLong, TextUnreadable, line_within
from services.pledges.domain.payer import (
    IN_THE_RNA,
    ORGANISATIONS,
    IdentifierMissing,
    NotAnOrganisation,
    Organisation,
    PayerKind,
    RnaOfAnotherKind,
    TribunalReferenceOfAnotherKind,
    identified,
)


def organisation(kind: PayerKind = PayerKind.COMPANY, **other: Any) -> Organisation:
    said = {"name": "La Boulange", "signatory_name": "Alix", "signatory_capacity": "gérante"}
    return Organisation(kind=kind, **{**said, **other})


@pytest.mark.parametrize("kind", ORGANISATIONS)
def test_a_siren_is_enough_for_every_organisation(kind: PayerKind) -> None:
    """Companies, associations, foundations, public bodies and funds have one."""
    assert identified(organisation(kind, siren="732829320")).siren == "732829320"


@pytest.mark.parametrize("kind", ORGANISATIONS)
def test_an_rna_number_is_for_who_is_in_that_register(kind: PayerKind) -> None:
    """A company's would be a mistake."""
    given = organisation(kind, rna="W641000000")
    if kind in IN_THE_RNA:
        assert identified(given).rna == "W641000000"
    else:
        with pytest.raises(RnaOfAnotherKind):
            identified(given)


def test_an_association_of_alsace_moselle_gives_volume_and_folio() -> None:
    """It is in no RNA; what is no association has none."""
    given = organisation(PayerKind.ASSOCIATION, tribunal_reference=" Colmar,  volume 52, folio 18 ")
    assert identified(given).tribunal_reference == "Colmar, volume 52, folio 18"
    with pytest.raises(TribunalReferenceOfAnotherKind):
        identified(organisation(PayerKind.FUND, tribunal_reference="Colmar, volume 52, folio 18"))


@pytest.mark.parametrize("kind", ORGANISATIONS)
def test_a_name_alone_is_not_enough(kind: PayerKind) -> None:
    """Nobody could look it up."""
    with pytest.raises(IdentifierMissing):
        identified(organisation(kind))


def test_a_natural_person_is_no_organisation() -> None:
    """Of a person nothing is asked."""
    with pytest.raises(NotAnOrganisation):
        identified(organisation(PayerKind.NATURAL_PERSON, siren="732829320"))


@pytest.mark.parametrize("field", ["name", "signatory_name", "signatory_capacity"])
def test_what_is_missing_is_said_of_its_field(field: str) -> None:
    """Its name, and who engages it in which capacity."""
    with pytest.raises(FieldRefused) as refused:
        identified(organisation(siren="732829320", **{field: "  "}))
    assert refused.value.field == field


def test_an_imported_organisation_names_no_signatory() -> None:
    """No name of a natural person is taken from a file."""
    bare = organisation(siren="732829320", signatory_name=None, signatory_capacity=None)
    assert identified(bare, needs_signatory=False).signatory_name is None


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [(" \t", TextMissing), ("a" * 11, TextTooLong), ("a\0b", TextUnreadable), ("a\u202eb", TextUnreadable),
     ("a\ud800b", TextUnreadable)],
)  # fmt: skip
def test_a_line_is_bounded_and_readable(typed: str, refusal: type[FieldRefused]) -> None:
    """What no page could show as it was typed is refused."""
    with pytest.raises(refusal):
        line_within(typed, field="name", most=10)


def test_a_line_keeps_single_spaces() -> None:
    """However it was pasted."""
    assert line_within(" La\n  Boulange\t", field="name", most=11) == "La Boulange"
