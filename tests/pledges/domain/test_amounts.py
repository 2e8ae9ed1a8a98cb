"""Amounts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.pledge import AmountNotUnderstood
from shared.web.numbers import euros


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("50", 5000),
        ("50,5", 5050),
        ("50.05 €", 5005),
        ("1 234,56", 123456),
        ("1\u00a0234\u202f567 €", 123456700),
        (" 0,01 ", 1),
    ],
)
def test_french_amounts_are_read(text, cents):
    """Spaces of every kind, a comma or a point, a euro sign: as people write."""
    assert cents_from(text) == cents


@pytest.mark.parametrize("text", ["", "beaucoup", "-5", "1.000", "1,234", "12 34", "5 $", "５", "9" * 30])
def test_what_is_not_sure_is_refused(text):
    """Nothing is guessed: a thousand point or a third decimal could be a hundredfold mistake."""
    with pytest.raises(AmountNotUnderstood):
        cents_from(text)


@given(st.integers(0, 10**13))
def test_an_amount_that_we_write_is_read_back(cents):
    """What a page shows can be pasted into a form."""
    assert cents_from(euros(cents)) == cents
