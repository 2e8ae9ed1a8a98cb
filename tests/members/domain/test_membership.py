"""Who may join, and with which words."""

import pytest

from services.members.domain.membership import (
    CONSENT_TEXTS,
    CONSENT_VERSION,
    OrganisationCannotJoin,
    WrongFields,
    read_application,
)

RIGHT = {"kind": "personne", "email": "a@exemple.fr", "name": "Alix", "territory": "2A", "consents": True}


def test_a_natural_person_applies():
    """What was typed is what is applied for, with the consent text in force."""
    application = read_application(**RIGHT)
    assert (application.territory, application.consent_version) == ("2A", CONSENT_VERSION)
    assert CONSENT_VERSION in CONSENT_TEXTS


def test_an_organisation_is_refused_in_french():
    """Members are natural persons only, and the refusal says so."""
    with pytest.raises(OrganisationCannotJoin, match="ouverte seulement aux personnes physiques"):
        read_application(**{**RIGHT, "kind": "organisation"})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"email": "nulle part"}, "email"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Gagnez sur https://exemple.fr"}, "name"),
        ({"territory": "20"}, "territory"),
        ({"territory": "00"}, "territory"),
        ({"consents": False}, "consent"),
    ],
)
def test_each_wrong_field_has_its_own_sentence(change: dict, field: str):
    """A form says what is wrong beside the field that is wrong, and only there."""
    with pytest.raises(WrongFields) as wrong:
        read_application(**{**RIGHT, **change})
    assert list(wrong.value.errors) == [field]


def test_a_name_stays_on_one_line():
    """Line breaks and direction marks in a name cannot reach a letter's headers."""
    assert (
        read_application(**{**RIGHT, "name": "Alix\r\nBcc: \u202eDupont"}).display_name == "Alix Bcc: Dupont"
    )
