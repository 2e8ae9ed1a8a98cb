"""The identity of a bank line, and the sentences that refuse a file."""

from dataclasses import replace
from datetime import date

import pytest

from services.pledges.domain.refusals import StatementDoesNotAddUp, StatementTooLarge, euros
from services.pledges.domain.statement import BankLine, Direction, StatementHeader, line_key

DAY = date(2026, 3, 2)
HEADER = StatementHeader(
    iban="FR7630006000011234567890189",
    statement_id="S-1",
    currency="EUR",
    opening_minor=0,
    closing_minor=100,
    opening_on=DAY,
    closing_on=DAY,
)
LINE = BankLine(
    entry_index=1,
    detail_index=1,
    amount_minor=100,
    direction=Direction.CREDIT,
    booked_on=DAY,
    value_on=DAY,
)


def test_a_line_has_the_same_key_each_time_that_its_file_is_read():
    """Keys are stored: changing how they are made would import every line again."""
    assert line_key(HEADER, LINE) == line_key(HEADER, replace(LINE, remittance_text="lu autrement"))
    assert line_key(HEADER, LINE) == "c370d384e41c4e7c43148d52f3fe4e13"


@pytest.mark.parametrize(
    "change",
    [{"entry_index": 2}, {"detail_index": 2}, {"amount_minor": 101}, {"direction": Direction.DEBIT}],
)
def test_lines_that_differ_have_different_keys(change):
    """Two givers may send the same amount on the same day."""
    assert line_key(HEADER, LINE) != line_key(HEADER, replace(LINE, **change))


def test_the_same_line_of_another_statement_has_another_key():
    """Positions start again at one in each statement."""
    assert line_key(HEADER, LINE) != line_key(replace(HEADER, statement_id="S-2"), LINE)


def test_a_debit_lowers_the_balance():
    """The sign comes from the direction, never from the amount."""
    assert (LINE.signed_minor, replace(LINE, direction=Direction.DEBIT).signed_minor) == (100, -100)


@pytest.mark.parametrize(
    ("minor", "written"),
    [
        (0, "0,00 €"),
        (5, "0,05 €"),
        (-123456, "-1\u202f234,56 €"),
        (10**11, "1\u202f000\u202f000\u202f000,00 €"),
    ],
)
def test_cents_are_written_as_french_readers_do(minor, written):
    """A comma, thin spaces between thousands, and nothing that breaks at the end of a line."""
    assert euros(minor) == written.replace(" €", "\u00a0€")


def test_a_gap_is_given_in_euros():
    """The treasurer can look for that very amount."""
    error = StatementDoesNotAddUp(statement_id="S-1", opening_minor=0, sum_minor=100, closing_minor=350)
    assert error.gap_minor == 250
    assert "écart 2,50\u00a0€" in str(error)


def test_a_size_is_given_in_megabytes():
    """With a decimal comma, and what to do."""
    assert "(1,5 Mo)" in str(StatementTooLarge(max_bytes=1_500_000))
