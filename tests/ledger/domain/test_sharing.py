"""The local-currency share: nothing is lost in the splits, and a return gives back what was split."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.sharing import (
    Policy,
    Receipt,
    ReturnInAnotherCurrency,
    ReturnTooLarge,
    give_back,
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
