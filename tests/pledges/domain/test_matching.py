"""How a line names the pledges that it may be paying, and why it names none."""

from datetime import date

import pytest

from services.pledges.domain.matching import (
    EXPLANATIONS,
    Candidate,
    FoundIn,
    NoCandidate,
    candidate_references,
    why_no_candidate,
)
from services.pledges.domain.references import issue_reference
from services.pledges.domain.statement import BankLine, Direction

ONE, TWO, THREE = (issue_reference(64, serial) for serial in (101, 102, 103))


def line(**given):
    day = date(2026, 3, 2)
    return BankLine(
        entry_index=1,
        detail_index=1,
        amount_minor=100,
        direction=Direction.CREDIT,
        booked_on=day,
        value_on=day,
        **given,
    )


def test_the_structured_reference_comes_before_the_text_and_the_text_before_the_end_to_end_id():
    """The place made for references is the surest one."""
    candidates = candidate_references(
        line(structured_reference=ONE, remittance_text=f"don {TWO}", end_to_end_id=THREE)
    )
    places = [FoundIn.STRUCTURED_REFERENCE, FoundIn.FREE_TEXT, FoundIn.END_TO_END_ID]
    assert [
        candidate.found_in for candidate in candidates if candidate.reference in (ONE, TWO, THREE)
    ] == places


def test_a_reference_in_two_places_counts_once():
    """It keeps the surest place where it was read."""
    candidates = candidate_references(line(structured_reference=ONE, end_to_end_id=ONE))
    assert candidates == [Candidate(ONE, FoundIn.STRUCTURED_REFERENCE)]


def test_a_structured_reference_of_another_scheme_is_searched_like_text():
    """Some banks put the giver's words in the structured place."""
    assert candidate_references(line(structured_reference=f"REF {ONE}"))[0].reference == ONE


def test_a_name_never_names_a_pledge():
    """Matching on a name would give one person's money to another."""
    assert candidate_references(line(counterparty_name=ONE, additional_information=ONE)) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"is_charge": True}, NoCandidate.BANK_CHARGE),
        ({"remittance_text": "RF99 0640 0000 0101"}, NoCandidate.MISTYPED_REFERENCE),
        ({"remittance_text": "bravo"}, NoCandidate.NO_REFERENCE),
        ({}, NoCandidate.NO_REFERENCE),
    ],
)
def test_a_line_without_candidate_says_why(given, reason):
    """What goes to suspense goes with its reason."""
    assert why_no_candidate(line(**given)) is reason


@pytest.mark.parametrize("code", [*FoundIn, *NoCandidate])
def test_every_code_has_a_sentence(code):
    """People read sentences, not codes."""
    assert EXPLANATIONS[code].endswith(".")
