"""Match funding: each euro is matched once, to the cent, by who offers most; a plain slow oracle agrees."""

import math
from datetime import date
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.match_funding import (
    Matcher,
    Payment,
    Share,
    in_proportion,
    match,
    reversed_minor,
)

DAY = date(2026, 3, 2)


def matcher(number=1, cap=1000, *, ratio=10_000, **other):
    fields = {
        "person_id": UUID(int=100 + number),
        "territory": "64",
        "fund": "fonds-commun",
        "from_on": DAY,
        "until_on": DAY,
    }
    return Matcher(pledge_id=UUID(int=number), ratio_basis_points=ratio, cap_minor=cap, **{**fields, **other})


def payment(amount=100, number=1, **other):
    fields = {
        "person_id": UUID(int=7),
        "territory": "64",
        "fund": "fonds-commun",
        "booked_on": DAY,
        "amount_minor": amount,
    }
    return Payment(payment_id=UUID(int=1000 + number), **{**fields, **other})


amounts = st.integers(1, 100_000)
ratios = st.sampled_from([1_000, 3_333, 5_000, 10_000, 10_000, 15_000, 100_000])
terms = st.lists(
    st.tuples(
        st.integers(1, 200_000), ratios, st.sampled_from(["64", "64", "33", None]), st.sampled_from([7, 8, 9])
    ),
    max_size=6,
)
payments = st.lists(
    st.tuples(amounts, st.sampled_from(["64", "64", "33"]), st.sampled_from([7, 8])), max_size=12
)


def made(drawn):
    return [
        matcher(number, cap, ratio=ratio, territory=territory, person_id=UUID(int=person))
        for number, (cap, ratio, territory, person) in enumerate(drawn, start=1)
    ]


def came(drawn):
    return [
        payment(amount, number, territory=territory, person_id=UUID(int=person))
        for number, (amount, territory, person) in enumerate(drawn, start=1)
    ]


def oracle(one, left, offers):
    """The shares of a payment by another way: exact fractions, then one cent after the other to who lags most."""
    shares = {}
    rest = Fraction(one.amount_minor)
    for ratio in (100_000, 15_000, 10_000, 5_000, 3_333, 1_000):
        here = [
            offer
            for offer in offers
            if offer.ratio_basis_points == ratio
            and offer.territory in (None, one.territory)
            and offer.person_id != one.person_id
            and left[offer.pledge_id]
        ]
        room = sum(left[offer.pledge_id] for offer in here)
        wanted = math.floor(rest * ratio / 10_000)
        total = min(wanted, room)
        exact = {offer.pledge_id: Fraction(total * left[offer.pledge_id], room) for offer in here}
        given_ = {id: math.floor(quota) for id, quota in exact.items()}
        while sum(given_.values()) < total:
            behind = max(sorted(exact), key=lambda id: exact[id] - given_[id])
            given_[behind] += 1
        for id, amount in given_.items():
            left[id] -= amount
            if amount:
                shares[id] = shares.get(id, 0) + amount
        if total == wanted:
            return shares
        rest -= math.ceil(Fraction(total * 10_000, ratio))
    return shares


@given(terms, payments)
def test_the_oracle_agrees_payment_after_payment(terms, payments):
    """Whatever the ratios, caps, scopes and givers."""
    matchers = made(terms)
    left = {one.pledge_id: one.cap_minor for one in matchers}
    for one in came(payments):
        expected = oracle(one, left, matchers)
        assert {share.pledge_id: share.amount_minor for share in match(one, matchers)} == expected


@given(terms, payments)
def test_nobody_gives_more_than_promised_nor_more_than_the_ratio(terms, payments):
    """Neither in all nor for any payment."""
    matchers = made(terms)
    ratio_of = {one.pledge_id: one.ratio_basis_points for one in matchers}
    for one in came(payments):
        for share in match(one, matchers):
            assert 0 < share.amount_minor * 10_000 <= one.amount_minor * ratio_of[share.pledge_id]
    assert all(0 <= one.triggered_minor <= one.cap_minor for one in matchers)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6), st.lists(amounts, max_size=12), ratios)
def test_at_one_ratio_all_that_can_be_matched_is(caps, came_in, ratio):
    """The shares of a payment sum to what it asks for, or to all that is left, whatever the order of the payments."""
    matchers = [matcher(number, cap, ratio=ratio) for number, cap in enumerate(caps, start=1)]
    for number, amount in enumerate(came_in):
        left = sum(one.remaining_minor for one in matchers)
        shares = match(payment(amount, number), matchers)
        assert sum(share.amount_minor for share in shares) == min(amount * ratio // 10_000, left)
    asked = sum(amount * ratio // 10_000 for amount in came_in)
    assert sum(one.triggered_minor for one in matchers) == min(asked, sum(caps))


@given(terms, payments, st.randoms(use_true_random=False))
def test_the_order_of_the_promises_changes_nothing(terms, payments, random):
    """Ties are broken by the ids of the pledges, not by how the database lists them."""
    one_way, other_way = made(terms), made(terms)
    random.shuffle(other_way)
    for one in came(payments):
        assert sorted(match(one, one_way)) == sorted(match(one, other_way))


@given(st.data())
def test_parts_in_proportion_sum_to_the_total(data):
    """And none is above its weight, nor a cent away from its exact part."""
    weights = data.draw(st.lists(st.integers(1, 10**12), min_size=1, max_size=8))
    total = data.draw(st.integers(0, sum(weights)))
    parts = in_proportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert part <= weight
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(amounts, st.lists(amounts, min_size=1, max_size=5))
def test_returns_take_back_exactly_what_was_triggered(share, returns):
    """In any parts: each takes back at least nothing, and all of them the whole share."""
    whole, back, taken = sum(returns), 0, 0
    for amount in returns:
        back += amount
        now = reversed_minor(share, payment_minor=whole, returned_minor=back)
        assert now >= taken
        taken = now
    assert taken == share


def test_the_highest_ratio_serves_first_and_the_rest_goes_on():
    """100 € come; 2 for 1 has 50 € left, which takes 25 € of them; the other 75 € go to 1 for 1."""
    shares = match(payment(10_000), [matcher(1, 100_000), matcher(2, 5_000, ratio=20_000)])
    assert {(share.pledge_id.int, share.amount_minor) for share in shares} == {(2, 5_000), (1, 7_500)}


def test_those_who_offer_the_same_share_by_what_they_have_left():
    """Three times more left, three times more triggered; equal remainders go to the first id."""
    matchers = [matcher(1, 300), matcher(2, 100), matcher(3, 100)]
    assert [share.amount_minor for share in match(payment(101), matchers)] == [61, 20, 20]
    assert [share.amount_minor for share in match(payment(1), [matcher(2, 50), matcher(1, 50)])] == [1]


def test_a_funder_does_not_match_their_own_payment():
    """Another pledge of the same person is no encouragement."""
    assert match(payment(person_id=UUID(int=101)), [matcher(1)]) == []


def test_only_payments_in_scope_and_in_time_are_matched():
    """By the bank's date, both days included; « everywhere » is every territory, of the same fund."""
    late, elsewhere, other_fund = date(2026, 3, 3), payment(territory="33"), payment(fund="terres")
    assert match(payment(booked_on=late), [matcher()]) == []
    assert match(elsewhere, [matcher()]) == []
    assert match(other_fund, [matcher(territory=None)]) == []
    assert match(elsewhere, [matcher(territory=None)]) == [Share(UUID(int=1001), UUID(int=1), 100)]
