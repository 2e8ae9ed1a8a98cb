"""Which line a notified entry details: by reference, else by a day that leaves no doubt."""

from datetime import date
from uuid import UUID

import pytest

from services.pledges.domain.notified_matching import Lump, MatchedOn, Sum, Waiting, settle

FIRST, SECOND = UUID(int=1), UUID(int=2)
A, B = UUID(int=11), UUID(int=12)
REFERENCE, DATE = MatchedOn.BANK_REFERENCE, MatchedOn.BOOKING_DATE
SUM, DAY = Sum("FR7630006000011234567890189", "credit", 2_000), date(2026, 11, 2)


def entry(entry_id, *, content="x", reference=None, number=None, day=DAY, explained=()):
    return Waiting(entry_id, content, SUM, day, reference, number, frozenset(explained))


def lump(line_id, reference=None, *, taken_by=None, day=DAY, comparable=True):
    return Lump(line_id, SUM, day, reference, comparable, taken_by)


def settled(entries, lumps):
    matches, already = settle(entries, lumps)
    return {match.entry_id: match.line_id for match in matches}, set(already)


def test_a_reference_settles_before_a_day():
    """What only has its day gets what is left."""
    by_day, by_reference = entry(B, content="y"), entry(A, reference="R")
    assert settled([by_day, by_reference], [lump(FIRST, "R"), lump(SECOND)]) == ({A: FIRST, B: SECOND}, set())


def test_of_two_with_the_reference_the_first_that_came_counts():
    """The second adds nothing, whatever it says."""
    both = entry(A, reference="R"), entry(B, reference="R", content="y")
    assert settled(both, [lump(FIRST, "R")]) == ({A: FIRST}, {B})


@pytest.mark.parametrize("number", ["7", None])
def test_two_that_may_mean_one_line_are_left_to_a_person_unless_they_say_the_same(number):
    """By the entry's number or the day alone: a bank may send the same twice under two names."""
    both = entry(A, number=number), entry(B, number=number, content="y")
    assert settled(both, [lump(FIRST, number)]) == ({}, set())
    assert settled([both[0], both[1]._replace(content_hash="x")], [lump(FIRST, number)]) == ({A: FIRST}, {B})


def test_a_line_that_an_entry_with_a_reference_may_mean_too_is_left_to_a_person():
    """It has none itself, so that it may be either one's."""
    assert settled([entry(A), entry(B, reference="R", content="y")], [lump(FIRST)]) == ({}, set())


def test_a_day_with_two_such_lines_is_left_to_a_person():
    """Also when the statement has detailed one of them itself."""
    assert settled([entry(A)], [lump(FIRST), lump(SECOND)]) == ({}, set())
    assert settled([entry(A, explained=[DATE])], [lump(FIRST)]) == ({}, set())


def test_another_reference_is_another_sum_where_formats_say_it_alike():
    """CFONB 120 has references of its own."""
    assert settled([entry(A, reference="R")], [lump(FIRST, "S")]) == ({}, set())
    assert settled([entry(A, reference="R")], [lump(FIRST, "S", comparable=False)]) == ({A: FIRST}, set())


def test_an_entry_without_a_day_is_found_by_its_reference_only():
    """On whatever day the line is."""
    assert settled([entry(A, reference="R", day=None)], [lump(FIRST, "R"), lump(SECOND)]) == (
        {A: FIRST},
        set(),
    )
    assert settled([entry(A, number="R", day=None)], [lump(FIRST, "R")]) == ({}, set())


def test_what_the_statement_has_detailed_needs_nothing():
    """By reference or by day."""
    entries = entry(A, reference="R", explained=[REFERENCE]), entry(B, explained=[DATE])
    assert settled(entries, []) == ({}, {A, B})


def test_a_line_that_is_taken_is_detailed_already_or_another_one():
    """By the reference or the same content it is this one; by its day alone, its own line may still come."""
    taken = lump(FIRST, "R", taken_by="x")
    assert settled([entry(A), entry(B, reference="R", content="y")], [taken]) == ({}, {A, B})
    assert settled([entry(B, content="y")], [taken]) == ({}, set())


def test_of_two_gifts_that_say_the_same_the_second_waits_while_a_line_is_left():
    """It may be that line's, or the first told twice: a person knows."""
    assert settled([entry(B)], [lump(FIRST, taken_by="x"), lump(SECOND)]) == ({}, set())


def test_what_may_mean_nothing_waits():
    """Its statement has not come."""
    assert settled([entry(A)], []) == ({}, set())
