"""The local-currency share: nothing is lost in the splits, and a return gives back what was split."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.ledger.domain.entries import Line
from services.ledger.domain.sharing import (
    Policy,
    Receipt,
    ReturnInAnotherCurrency,
    ReturnTooLarge,
    give_back,
    lines_back,
    policy_in_force,
)
from shared.values import split_by_basis_points

amounts = st.integers(1, 10**15)
DAY = date(2026, 3, 2)


def receipt(amount_minor: int, share_minor: int) -> Receipt:
    return Receipt(UUID(int=1), "fonds-commun", "EUR", "gift", amount_minor, share_minor)


@given(st.lists(st.tuples(amounts, st.integers(0, 10_000)), max_size=40))
def test_the_shares_are_never_a_cent_away_from_the_exact_share(receipts: list[tuple[int, int]]) -> None:
    """Whatever the amounts and the policies on the way, since each remainder is carried."""
    carried, given_so_far, exact = 0, 0, 0
    for amount, basis_points in receipts:
        share, carried = split_by_basis_points(amount, basis_points, carried)
        assert 0 <= share <= amount
        given_so_far += share
        exact += amount * basis_points
        assert 0 <= exact - given_so_far * 10_000 < 10_000


@given(st.data(), amounts)
def test_returns_give_back_the_share_whatever_the_parts(data: st.DataObject, amount: int) -> None:
    """Each part takes no more than itself, and all parts together take exactly the share."""
    share = data.draw(st.integers(0, amount))
    one, left, given_back = receipt(amount, share), amount, 0
    while left:
        part = data.draw(st.integers(max(1, left // 5), left))
        from_share, one = give_back(one, part, "EUR")
        assert 0 <= from_share <= part
        given_back += from_share
        left -= part
        assert given_back == share * (amount - left) // amount
    assert given_back == share


@given(amounts, amounts)
def test_no_more_goes_back_than_was_received(amount: int, more: int) -> None:
    """Not at once, and not in parts."""
    _, emptied = give_back(receipt(amount, 0), amount, "EUR")
    with pytest.raises(ReturnTooLarge):
        give_back(emptied, more, "EUR")


def test_a_return_is_in_the_currency_of_the_payment() -> None:
    """1 000 XPF are not 10,00 €."""
    with pytest.raises(ReturnInAnotherCurrency):
        give_back(receipt(1_000, 50), 1_000, "XPF")


def policy(basis_points: int, *, days: int, territory: str = "64") -> Policy:
    return Policy(uuid4(), territory, basis_points, DAY + timedelta(days=days))


def test_the_policy_of_the_day_is_in_force() -> None:
    """The newest that has begun; one that begins that very day has."""
    old, new, later = policy(500, days=-30), policy(700, days=0), policy(900, days=1)
    assert policy_in_force([later, old, new], territory="64", on=DAY) == new
    assert policy_in_force([later, old, new], territory="64", on=DAY - timedelta(days=1)) == old
    assert policy_in_force([old, new], territory="64", on=DAY - timedelta(days=31)) is None


def test_a_territory_that_has_no_policy_follows_the_national_one() -> None:
    """Its own goes first, even when it is older, and even when it is zero."""
    own, national = policy(0, days=-30), policy(700, days=0, territory="00")
    assert policy_in_force([own, national], territory="64", on=DAY) == own
    assert policy_in_force([own, national], territory="13", on=DAY) == national


corrected = st.lists(
    st.tuples(
        st.sampled_from(["754110", "168100", "627000"]),
        st.integers(-1_000, 1_000),
        st.sampled_from(["a", "b"]),
    ),
    min_size=1,
    max_size=4,
)


@given(st.data(), corrected, st.integers(0, 300))
def test_what_goes_back_of_a_corrected_payment_takes_back_what_stands(
    data: st.DataObject, parts: list[tuple[str, int, str]], share: int
) -> None:
    """Each return balances and has the bank's amount; all of them together reverse every line, whatever its sign."""
    rest = [Line(account, -amount, fund) for account, amount, fund in parts if amount]
    amount = share - sum(line.amount_minor for line in rest)
    assume(amount > share)
    shares = (Line("754190", -share, "a"),) if share else ()
    stands = (Line("512100", amount, "a"), *rest, *shares)
    one = receipt(amount, share)._replace(stands=stands)
    left, gone = amount, Counter()
    while left:
        part = data.draw(st.integers(max(1, left // 4), left))
        from_share, after = give_back(one, part, "EUR")
        back = lines_back(one, after, share_minor=from_share)
        assert sum(line.amount_minor for line in back) == 0
        assert sum(line.amount_minor for line in back if line.account == "512100") == -part
        for line in back:
            gone[line.account, line.fund] += line.amount_minor
        one, left = after, left - part
    stood: Counter[tuple[str, str]] = Counter()
    for line in stands:
        stood[line.account, line.fund] += line.amount_minor
    assert all(gone[place] == -stood[place] for place in gone.keys() | stood.keys())
