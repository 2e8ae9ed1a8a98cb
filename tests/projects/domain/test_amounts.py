"""Amounts typed in French are read to the cent, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projects.domain.amounts import (
    MAX_AMOUNT_MINOR,
    AmountOutOfRange,
    AmountUnreadable,
    in_euros,
    minor_units,
)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("12 500,00", 1_250_000),
        ("12\u202f500,00\u00a0€", 1_250_000),
        ("12500", 1_250_000),
        ("12500.5", 1_250_050),
        ("0,01", 1),
        ("  3,3 euros ", 330),
        ("1 000 000 000", MAX_AMOUNT_MINOR),
    ],
)
def test_french_amounts_are_read_to_the_cent(written: str, cents: int) -> None:
    """Spaces group thousands, a comma or a point begins the cents, the unit may follow."""
    assert minor_units(written) == cents


@pytest.mark.parametrize(
    "written",
    [
        "",
        "douze",
        "12,345",
        "1.250",
        "1.250,00",
        "12 50,00",
        "-5",
        "+5",
        "1e3",
        "٣",
        "12,",
        ",50",
        "1 2",
        "NaN",
    ],
)
def test_an_unclear_amount_is_refused_with_an_example(written: str) -> None:
    """What could be read in two ways is never guessed."""
    with pytest.raises(AmountUnreadable, match="12 500,00"):
        minor_units(written)


@pytest.mark.parametrize("written", ["0", "0,00", "1 000 000 000,01", "999999999999999"])
def test_an_amount_of_nothing_or_beyond_the_billion_is_refused(written: str) -> None:
    """Zero asks for nothing; more than the whole operation is a typing error."""
    with pytest.raises(AmountOutOfRange):
        minor_units(written)


@given(st.integers(1, MAX_AMOUNT_MINOR))
def test_a_written_amount_is_read_back_exactly(amount_minor: int) -> None:
    """Writing and reading an amount loses nothing, for any amount."""
    assert minor_units(in_euros(amount_minor)) == amount_minor
