"""The number, the hash and the code of a tax receipt; a donor's name and address."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.donor import read_donor, same_name
from services.pledges.domain.receipt_issuer import Right
from services.pledges.domain.tax_receipt import (
    CODE_CHARACTERS,
    CODE_LENGTH,
    TaxReceipt,
    control_code,
    printed_code,
    printed_number,
    read_code,
    read_number,
)
from tests.pledges.receipts.made import RECEIPT

PAYMENT = RECEIPT.payments[0]


def test_the_hash_of_a_receipt_does_not_change_with_a_release() -> None:
    """Receipts are kept for years: their codes are printed on paper."""
    assert RECEIPT.content_hash() == "27c0c46967d0efb79b9f51c48af1482743d0fc9465d2bddea209df09f201dfad"


@pytest.mark.parametrize(
    "changed",
    [
        replace(RECEIPT, receipt_id=UUID(int=2)),
        replace(RECEIPT, number=43),
        replace(RECEIPT, year=2024),
        replace(RECEIPT, issuer=RECEIPT.issuer._replace(name="Une autre")),
        replace(RECEIPT, issuer=RECEIPT.issuer._replace(for_wealth_tax=True)),
        replace(RECEIPT, donor=RECEIPT.donor._replace(last_name="D’Etienne")),
        replace(RECEIPT, payments=[PAYMENT._replace(amount_minor=1001)]),
        replace(RECEIPT, payments=[PAYMENT._replace(booked_on=date(2025, 3, 6))]),
        replace(RECEIPT, payments=[PAYMENT, PAYMENT._replace(payment_id=UUID(int=2))]),
        replace(RECEIPT, issued_at=datetime(2026, 1, 16, tzinfo=UTC)),
    ],
)
def test_whatever_a_receipt_says_is_in_its_hash(changed: TaxReceipt) -> None:
    """A word, a cent or a day more is another code."""
    assert changed.content_hash() != RECEIPT.content_hash()


def test_what_happens_to_a_receipt_later_leaves_its_hash() -> None:
    """A cancelled one is still the one that was issued; the order of payments says nothing."""
    assert (
        replace(RECEIPT, cancelled_at=RECEIPT.issued_at, replaced_by="x").content_hash()
        == RECEIPT.content_hash()
    )
    two = [PAYMENT, PAYMENT._replace(payment_id=UUID(int=2))]
    assert (
        replace(RECEIPT, payments=two).content_hash() == replace(RECEIPT, payments=two[::-1]).content_hash()
    )


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_a_hundred_bits_and_is_read_as_it_is_printed(digest: bytes) -> None:
    """Also in lower case, with spaces, or with the letters that are taken for figures."""
    code = control_code(digest.hex())
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_CHARACTERS)
    value = 0
    for character in code:
        value = value * 32 + CODE_CHARACTERS.index(character)
    assert value == int.from_bytes(digest, "big") >> 156
    typed = printed_code(code).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_code(typed) == code


@given(st.integers(2000, 2099), st.integers(1, 999_999_999))
def test_a_number_is_read_as_it_is_printed(year: int, number: int) -> None:
    """However large it grows."""
    assert read_number(f" {printed_number(year, number)} ") == (year, number)


@pytest.mark.parametrize(
    "typed", ["", "2025", "2025-", "1999-000001", "2025-0000000001", "x", "2025-00004a", "٢٠٢٥-1"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    """Nothing is guessed."""
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("right", "days"),
    [(("2025-03-01", None), ("2025-03-01", "2025-12-31")), (("2024-01-01", "2025-06-30"), ("2025-01-01", "2025-06-30")),
     (("2026-01-01", None), None), (("2020-01-01", "2024-12-31"), None)],
)  # fmt: skip
def test_a_right_covers_its_days_of_a_year(
    right: tuple[str, str | None], days: tuple[str, str] | None
) -> None:
    """Or none of them."""
    first, last = right
    covered = Right("", date.fromisoformat(first), date.fromisoformat(last) if last else None).within(2025)
    assert covered == (tuple(map(date.fromisoformat, days)) if days else None)


NAME = RECEIPT.donor._asdict()


@pytest.mark.parametrize(
    "name",
    ["Nguyễn", "D’Étienne-Łukasz", "O'Neill", "Ștefan", "Kaʻahumanu", "Le Gall (née Ars)", "Ångström", "ÿ"],
)
def test_real_names_are_kept_as_they_are(name: str) -> None:
    """Latin letters with any accent."""
    donor, errors = read_donor(NAME | {"last_name": f"  {name} "})
    assert errors == {}
    assert donor.last_name == name


@pytest.mark.parametrize("name", ["Иван", "李", "😀", "a\u200bb", "a\u202eb", "<b>", "-", "x" * 81])
def test_what_no_receipt_could_print_is_refused(name: str) -> None:
    """With one sentence for the field."""
    assert list(read_donor(NAME | {"last_name": name})[1]) == ["last_name"]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("D’ÉTIENNE", True),
        ("d etienne", True),
        ("Détienne", True),
        ("Etienne", False),
        ("", False),
        ("’", False),
    ],
)
def test_a_name_is_compared_by_its_letters(typed: str, same: bool) -> None:
    """Capitals, accents, apostrophes and spaces are typed as one likes."""
    assert same_name(typed, "D’Étienne") is same
