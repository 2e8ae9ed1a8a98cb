"""Francs in a file of euros: nothing drifts, every entry balances."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.chart import ACCOUNTS
from services.ledger.formats.fec import BROUGHT_FORWARD, Fec, FecEncoding
from services.ledger.formats.fec_euros import Euros
from shared.values import in_cents
from tests.ledger.formats.test_fec_check import line

gifts = st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 100)), min_size=1, max_size=60)


def entries_of(gifts: list[tuple[int, int]]) -> list[list[tuple[str, int]]]:
    """Gifts in francs, each with its share for local currencies (per cent)."""
    return [
        [("512100", amount), ("754110", amount * part // 100 - amount), ("754190", -(amount * part // 100))]
        for amount, part in gifts
    ]


@given(gifts)
def test_an_account_is_its_francs_converted_once(gifts: list[tuple[int, int]]) -> None:
    """However many lines: half a cent away at most; and no line is a whole cent away from its own value."""
    euros, francs, cents = Euros(), Counter[str](), Counter[str]()
    for account, amount in (one for entry in entries_of(gifts) for one in entry):
        found = euros.cents(line(account, amount, currency="XPF"))
        assert abs(found * 1_000 - amount * 838) < 1_000
        francs[account] += amount
        cents[account] += found
    assert cents == Counter({account: in_cents(amount, "XPF") for account, amount in francs.items()})


@given(gifts)
def test_every_entry_balances_in_euros(gifts: list[tuple[int, int]]) -> None:
    """By a last line where it must, of two cents at most, which no franc stands beside."""
    books = Fec(FecEncoding.UTF_8, labels=ACCOUNTS)
    for number, entry in enumerate(entries_of(gifts), start=1):
        lines = [
            line(account, amount, entry_number=number, currency="XPF") for account, amount in entry if amount
        ]
        written = [row.decode().rstrip("\r\n").split("\t") for row in books.entries(lines)]
        moved = [_cents(row[11]) - _cents(row[12]) for row in written]
        assert sum(moved) == 0
        assert len(written) <= len(lines) + 1
        for row, amount in zip(written[len(lines) :], moved[len(lines) :], strict=True):
            assert row[4] == ("658000" if amount > 0 else "758000")
            assert (abs(amount) <= 2, row[16:]) == (True, ["", ""])


def test_what_conversion_leaves_over_at_the_opening_is_carried_forward() -> None:
    """Results of earlier years are in 110000, and so is their rounding: the year begins without a result."""
    opening = [
        line("512100", 2, journal=BROUGHT_FORWARD, currency="XPF"),
        line("168100", -4, journal=BROUGHT_FORWARD, currency="XPF"),
        line("110000", 2, journal=BROUGHT_FORWARD, currency="XPF"),
    ]
    rows = [row.decode().split("\t") for row in Fec(FecEncoding.UTF_8, labels=ACCOUNTS).entries(opening)]
    assert [(row[4], _cents(row[11]) - _cents(row[12])) for row in rows] == [
        ("512100", 2),
        ("168100", -3),
        ("110000", 2),
        ("110000", -1),
    ]


def _cents(text: str) -> int:
    return int(text.replace(",", ""))
