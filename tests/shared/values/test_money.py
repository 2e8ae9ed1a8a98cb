"""Currencies, their decimals and their parity: francs have no decimals, and are euros by decree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values import exponent_of, in_cents, minor_from

amounts = st.integers(-(10**14), 10**14)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "cents"),
    [(1_000, "XPF", 838), (500, "XPF", 419), (1, "XPF", 1), (250, "XPF", 210), (-250, "XPF", -210),
     (12, "XPF", 10), (0, "XPF", 0), (7, "EUR", 7), (7, "X-EUSKO", 7)],
)  # fmt: skip
def test_a_thousand_francs_are_eight_euros_thirty_eight(amount_minor: int, currency: str, cents: int) -> None:
    """Rounded to the nearest cent, half a cent away from zero; a euro, and a local unit, is itself."""
    assert in_cents(amount_minor, currency) == cents


@given(amounts)
def test_a_converted_amount_is_never_more_than_half_a_cent_away(francs: int) -> None:
    """And what is owed is what is held, with its sign changed: a debit and its credit stay equal."""
    assert abs(in_cents(francs, "XPF") * 1_000 - francs * 838) <= 500
    assert in_cents(-francs, "XPF") == -in_cents(francs, "XPF")


def test_a_currency_without_a_parity_is_no_euro() -> None:
    """Nothing is guessed."""
    with pytest.raises(KeyError):
        in_cents(1, "USD")


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("XPF", 0), ("X-EUSKO", 2)])
def test_a_currency_has_its_decimals(currency: str, decimals: int) -> None:
    """Those of ISO 4217, and two for every local currency."""
    assert exponent_of(currency) == decimals


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("1 234,5", "EUR", 123_450), ("1 234", "XPF", 1_234), ("1\u202f234\u00a0F\u00a0CFP", "XPF", 1_234),
     ("10,00", "XPF", 10), ("10,50", "XPF", None), ("dix", "XPF", None), ("12,5", "X-EUSKO", 1_250)],
)  # fmt: skip
def test_an_amount_is_read_with_the_decimals_of_its_currency(
    text: str, currency: str, minor: int | None
) -> None:
    """A thousand francs are a thousand, and half a franc is none."""
    assert minor_from(text, currency) == minor


def test_an_unknown_currency_has_none() -> None:
    """It is not guessed."""
    with pytest.raises(KeyError):
        exponent_of("USD")
