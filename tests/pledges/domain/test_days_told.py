"""Which statements tell the same movements, whatever their ids."""

from datetime import date

import pytest

from services.pledges.domain.days_told import DaysTold, told_before
from services.pledges.domain.statement import StatementHeader


def told(id: str, first: int, last: int, opening: int, closing: int, **other) -> DaysTold:
    """A statement whose lines are from one day of April 2026 to another."""
    given = {"norm": "camt.053", "sequence_number": None} | other
    days = {"first_on": date(2026, 4, first), "last_on": date(2026, 4, last)}
    return DaysTold(statement_id=id, opening_minor=opening, closing_minor=closing, **given, **days)


MONTH = told("MONTH", 1, 30, 0, 900)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (told("A", 15, 15, 400, 500), MONTH),  # a day, then its month
        (told("A", 1, 1, 0, 100), MONTH),
        (told("A", 30, 30, 700, 900), MONTH),
        (told("A", 1, 16, 0, 500), told("B", 15, 30, 400, 900)),  # downloaded by periods that overlap
        (told("A", 1, 15, 0, 500), told("B", 15, 30, 400, 900)),
        (told("A", 1, 30, 0, 900), MONTH),
        (
            told("A", 2, 2, 0, 50, sequence_number=7),
            told("B", 2, 2, 0, 90, sequence_number=7),
        ),  # before its end
        (told("A", 2, 2, 0, 50), told("B", 2, 2, 50, 90, norm="CFONB 120")),
    ],
)
def test_what_tells_the_same_days_is_found_in_either_order(first: DaysTold, second: DaysTold) -> None:
    """Days within a period, at either end of it, periods that overlap, a day that was not over, another format."""
    assert told_before(second, [first]) == first
    assert told_before(first, [second]) == second


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (told("A", 1, 1, 0, 100), told("B", 2, 2, 100, 300)),
        (told("A", 2, 2, 0, 50), told("B", 2, 2, 50, 90)),  # two statements of one day
        (
            told("A", 2, 2, 0, 50, sequence_number=1),
            told("B", 2, 2, 0, 90, sequence_number=2),
        ),  # one is between
        (told("A", 2, 2, 0, 50, sequence_number=1), told("B", 2, 2, 50, 90, sequence_number=1)),
        (told("A", 1, 15, 0, 500), told("B", 15, 30, 500, 900)),  # one ends in the middle of a day
        (told("S", 1, 30, 0, 500), told("S p. 2", 1, 30, 500, 900)),  # pages of a month
        (told("S p. 9", 1, 30, 0, 500), told("S p. 10", 1, 30, 500, 900)),
        (told("A", 1, 1, 0, 100), told("B", 2, 30, 100, 900, norm="CFONB 120")),
    ],
)
def test_statements_that_follow_one_another_stand_beside_each_other(
    first: DaysTold, second: DaysTold
) -> None:
    """Whichever comes first."""
    assert told_before(second, [first]) is None
    assert told_before(first, [second]) is None


def test_a_statement_between_two_joins_them() -> None:
    """One ends and one begins on a day that has a third."""
    before, between, after = told("A", 1, 15, 0, 5), told("B", 15, 15, 5, 7), told("C", 15, 30, 7, 9)
    assert told_before(after, [before, between]) is None
    assert told_before(before, [after, between]) is None


def header(opening_on: date, closing_on: date) -> StatementHeader:
    return StatementHeader(
        iban="FR7630006000011234567890189",
        statement_id="A",
        currency="EUR",
        opening_minor=0,
        closing_minor=1,
        opening_on=opening_on,
        closing_on=closing_on,
    )


def test_the_days_are_those_of_the_lines_within_those_of_the_balances() -> None:
    """An opening balance of the Friday before tells nothing of it; a line that is dated back tells no earlier day."""
    friday, sunday, monday = date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6)
    of_monday = DaysTold.of(header(friday, monday), [monday])
    assert (of_monday.first_on, of_monday.last_on) == (monday, monday)
    dated_back = DaysTold.of(header(sunday, monday), [monday, date(2026, 4, 1)])
    assert (dated_back.first_on, dated_back.last_on) == (sunday, monday)
