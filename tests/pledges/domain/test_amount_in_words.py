"""Amounts in French words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.amount_in_words import LARGEST_MINOR, amount_in_words, number_in_words

NUMBERS = {
    0: "zéro", 1: "un", 7: "sept", 10: "dix", 11: "onze", 16: "seize", 17: "dix-sept", 19: "dix-neuf", 20: "vingt",
    21: "vingt et un", 22: "vingt-deux", 30: "trente", 31: "trente et un", 41: "quarante et un", 60: "soixante",
    61: "soixante et un", 69: "soixante-neuf", 70: "soixante-dix", 71: "soixante et onze", 72: "soixante-douze",
    77: "soixante-dix-sept", 79: "soixante-dix-neuf", 80: "quatre-vingts", 81: "quatre-vingt-un",
    82: "quatre-vingt-deux", 90: "quatre-vingt-dix", 91: "quatre-vingt-onze", 97: "quatre-vingt-dix-sept",
    99: "quatre-vingt-dix-neuf", 100: "cent", 101: "cent un", 110: "cent dix", 180: "cent quatre-vingts",
    200: "deux cents", 201: "deux cent un", 280: "deux cent quatre-vingts", 999: "neuf cent quatre-vingt-dix-neuf",
    1000: "mille", 1001: "mille un", 1100: "mille cent", 2000: "deux mille", 80_000: "quatre-vingt mille",
    81_000: "quatre-vingt-un mille", 200_000: "deux cent mille", 200_200: "deux cent mille deux cents",
    21_071: "vingt et un mille soixante et onze", 999_999: "neuf cent quatre-vingt-dix-neuf mille"
    " neuf cent quatre-vingt-dix-neuf", 1_000_000: "un million", 1_000_001: "un million un",
    2_000_080: "deux millions quatre-vingts", 80_000_000: "quatre-vingts millions", 200_000_000: "deux cents millions",
    1_000_000_000: "un milliard", 3_000_200_000: "trois milliards deux cent mille",
}  # fmt: skip

AMOUNTS = {
    0: "zéro euro", 1: "un centime", 2: "deux centimes", 80: "quatre-vingts centimes", 100: "un euro",
    101: "un euro et un centime", 180: "un euro et quatre-vingts centimes", 200: "deux euros",
    123_456: "mille deux cent trente-quatre euros et cinquante-six centimes",
    100_000_000: "un million d’euros", 100_000_050: "un million d’euros et cinquante centimes",
    100_000_100: "un million un euros", 250_000_000: "deux millions cinq cent mille euros",
    200_000_000: "deux millions d’euros", 100_000_000_000: "un milliard d’euros",
}  # fmt: skip


@pytest.mark.parametrize(("number", "words"), NUMBERS.items())
def test_a_number_has_its_words(number: int, words: str) -> None:
    """Hyphens, `et`, and the s of cent and vingt where the rules put them."""
    assert number_in_words(number) == words


@pytest.mark.parametrize(("amount_minor", "words"), AMOUNTS.items())
def test_an_amount_has_its_words(amount_minor: int, words: str) -> None:
    """Euros and centimes in singular and plural; « d’ » after million and milliard."""
    assert amount_in_words(amount_minor) == words


VALUES = {
    "zéro": 0, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip


def read(words: str) -> int:
    """What French words say, by adding and multiplying them from left to right."""
    total = group = 0
    words = re.sub(r"quatre-vingts?", "huitante", words)
    for word in re.split(r"[ -]", words):
        singular = word if word in VALUES else word.removesuffix("s")
        if singular == "cent":
            group = max(group, 1) * 100
        elif singular == "mille":
            total, group = total + max(group, 1) * 1000, 0
        elif singular in ("million", "milliard"):
            total, group = total + group * {"million": 10**6, "milliard": 10**9}[singular], 0
        elif word != "et":
            group += 80 if word == "huitante" else VALUES[singular]
    return total + group


def read_amount(words: str) -> int:
    """The cents of an amount in words."""
    euros, _, cents = re.fullmatch(r"(?:(.*?) (?:d’)?euros?)?( et )?(?:(.*) centimes?)?", words).groups()  # type: ignore[union-attr]
    return read(euros or "zéro") * 100 + read(cents or "zéro")


@given(st.integers(0, LARGEST_MINOR) | st.integers(0, 1_000_000))
def test_words_say_the_amount(amount_minor: int) -> None:
    """Read back by another way, they are the same cents."""
    assert read_amount(amount_in_words(amount_minor)) == amount_minor


def test_no_two_amounts_below_a_thousand_euros_have_the_same_words() -> None:
    """All one hundred thousand of them."""
    assert len({amount_in_words(cents) for cents in range(100_000)}) == 100_000


@pytest.mark.parametrize("amount_minor", [-1, LARGEST_MINOR + 1])
def test_what_is_no_gift_has_no_words(amount_minor: int) -> None:
    """Below zero, or more money than there is."""
    with pytest.raises(ValueError, match="no words"):
        amount_in_words(amount_minor)
