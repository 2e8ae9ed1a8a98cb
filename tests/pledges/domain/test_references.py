"""RF references: the norm's vectors, an independent library as the oracle, and what people really type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from services.pledges.domain.references import (
    find_in_text,
    has_valid_check,
    issue_reference,
    looks_like_reference,
    near_misses,
    normalise,
    printed,
    territory_number,
)
from shared.values import territories

references = st.builds(issue_reference, st.integers(0, 999), st.integers(0, 10**12))


@pytest.mark.parametrize("vector", ["RF18539007547034", "RF68AB2G5", "RF451234512345"])
def test_the_vectors_of_the_norm_are_valid(vector):
    """Digits or letters, every ISO 11649 shape is read."""
    assert normalise(vector) == vector
    assert find_in_text(vector)[0] == vector


@given(references)
def test_an_issued_reference_is_valid_for_another_implementation(reference):
    """python-stdnum, written by others, accepts what we issue."""
    assert iso11649.is_valid(reference)
    assert normalise(reference) == reference


@given(st.from_regex(r"RF[0-9]{2}[0-9A-Z]{1,21}", fullmatch=True))
def test_validity_is_the_one_of_another_implementation(text):
    """We accept and refuse exactly what python-stdnum does."""
    assert (normalise(text) is not None) == iso11649.is_valid(text)


def test_a_reference_holds_its_territory_and_serial():
    """RF, two check digits, three for the territory, nine or more for the serial."""
    assert issue_reference(64, 101) == "RF23064000000101"
    assert issue_reference(974, 10**11).endswith("974100000000000")


@pytest.mark.parametrize(("territory", "serial"), [(1000, 1), (-1, 1), (64, -1), (64, 10**18)])
def test_what_does_not_fit_is_refused(territory, serial):
    """A reference never grows beyond the norm's twenty-five characters."""
    with pytest.raises(ValueError, match="does not fit"):
        issue_reference(territory, serial)


def test_every_territory_has_a_number_of_its_own():
    """The two Corsican codes have a letter; no two territories may share references."""
    numbers = [territory_number(territory.code) for territory in territories()]
    assert len(set(numbers)) == len(numbers)
    assert territory_number("2a") == territory_number("2A") != territory_number("2B")


@given(references)
def test_a_printed_reference_is_read_back(reference):
    """Groups of four, in lower case, with spaces around: the same reference."""
    groups = printed(reference)
    assert {len(group) for group in groups.split()[:-1]} == {4}
    assert normalise(f" {groups.lower()}\u00a0") == reference


@given(references, st.data())
def test_a_wrong_digit_is_always_seen(reference, data):
    """With a body of digits, no single wrong digit passes."""
    position = data.draw(st.integers(2, len(reference) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[position]]))
    assert normalise(reference[:position] + digit + reference[position + 1 :]) is None


@given(references, st.data())
def test_two_swapped_digits_are_always_seen(reference, data):
    """With a body of digits, no swap of neighbours passes."""
    at = data.draw(st.integers(4, len(reference) - 2))
    if reference[at] != reference[at + 1]:
        assert normalise(reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]) is None


@given(
    references, st.text(alphabet="abc XYZ éè-/", max_size=20), st.text(alphabet="abc XYZ 0129 -", max_size=20)
)
def test_a_reference_is_found_whatever_is_written_around_it(reference, before, after):
    """Spaces mean nothing in a bank's text, so what follows may be glued to the reference."""
    assert reference in find_in_text(f"{before} {printed(reference)}{after}")


@given(st.from_regex(r"RF[0-9]{2}[0-9A-QS-Z]{1,21}", fullmatch=True))
def test_every_valid_beginning_of_a_run_is_found(run):
    """Digits first and the longest first: what is glued to a reference may make another one of it."""
    valid = [run[:end] for end in range(len(run), 4, -1) if has_valid_check(run[:end])]
    assert find_in_text(run) == sorted(valid, key=lambda reading: not reading[2:].isdigit())


@given(references, references)
def test_two_references_in_one_text_are_both_found(one, other):
    """A giver may pay two pledges in one transfer."""
    found = find_in_text(f"dons {one} et {other}")
    assert {one, other} <= set(found)
    assert len(found) == len(set(found))


def test_the_whole_run_of_digits_is_the_first_candidate():
    """The longest valid reading is the most likely one."""
    assert find_in_text("merci rf23 0640 0000 0101 bravo")[0] == "RF23064000000101"


def test_a_mistyped_reference_is_not_found_but_noticed():
    """It goes to a person, with a reason that helps."""
    assert "RF24064000000101" not in find_in_text("RF24 0640 0000 0101")
    assert looks_like_reference("RF24 0640 0000 0101")
    assert not looks_like_reference("surf 12 pour tous")


@given(st.text())
def test_no_text_breaks_the_search(text):
    """Free text is whatever people and banks write."""
    assert all(has_valid_check(reference) for reference in find_in_text(text))


@given(st.integers(0, 999), st.integers(0, 10**9 - 1), st.data())
def test_a_reference_is_found_again_from_one_slip(territory: int, serial: int, data: st.DataObject) -> None:
    """A wrong digit, or two swapped ones, in free text: the one that was meant is among its neighbours."""
    reference = issue_reference(territory, serial)
    place = data.draw(st.integers(2, len(reference) - 1))
    if data.draw(st.booleans()) and place + 1 < len(reference):
        typed = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    else:
        typed = reference[:place] + data.draw(st.sampled_from("0123456789")) + reference[place + 1 :]
    assert reference in near_misses(f"merci {typed}.")


def test_no_neighbour_is_found_where_nothing_was_typed() -> None:
    """No reference, no guess."""
    assert near_misses("Virement de M. Refait 12") == []
