"""Instalments sum to what was lent, and a repayment covers the oldest first, its interest before its principal."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.instalments import (
    Computation,
    Covered,
    Instalment,
    computed_instalments,
    cover,
    still_owed,
)

DAY = date(2026, 1, 31)
amounts = st.integers(0, 10**12)
computations = st.builds(
    Computation,
    parts=st.integers(1, 600),
    every_months=st.integers(1, 120),
    first_on=st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    basis_points=st.integers(0, 10_000),
)
instalments = st.lists(
    st.builds(Instalment, due_on=st.dates(DAY), principal_minor=amounts, interest_minor=amounts), max_size=12
)


@given(principal_minor=st.integers(1, 10**14), wanted=computations)
def test_principal_sums_to_what_was_lent(principal_minor: int, wanted: Computation) -> None:
    """To the cent, for any amount, number of parts, rhythm and rate; parts differ by a cent at most, days rise."""
    computed = computed_instalments(wanted, principal_minor=principal_minor)
    parts = [one.principal_minor for one in computed]
    days = [one.due_on for one in computed]
    assert sum(parts) == principal_minor
    assert max(parts) - min(parts) <= 1
    assert days == sorted(set(days))


@given(principal_minor=st.integers(1, 10**14), wanted=computations)
def test_interest_is_that_of_what_was_left(principal_minor: int, wanted: Computation) -> None:
    """Within half a cent of the exact one, for each instalment; a tie goes to the even cent."""
    left = principal_minor
    for one in computed_instalments(wanted, principal_minor=principal_minor):
        exact = Fraction(left * wanted.basis_points * wanted.every_months, 12 * 10_000)
        assert one.interest_minor == round(exact)
        left -= one.principal_minor


def test_a_month_that_has_no_such_day_ends_with_its_last() -> None:
    """And the next one has its own day again."""
    days = [one.due_on for one in computed_instalments(Computation(3, 1, DAY, 0), principal_minor=300)]
    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_a_known_schedule() -> None:
    """1 000 € in three quarters at 2 % a year: 5 €, 3,33 € and 1,67 € of interest."""
    computed = computed_instalments(Computation(3, 3, date(2026, 3, 31), 200), principal_minor=100_000)
    assert computed == (
        Instalment(date(2026, 3, 31), 33_334, 500),
        Instalment(date(2026, 6, 30), 33_333, 333),
        Instalment(date(2026, 9, 30), 33_333, 167),
    )


def test_interest_comes_before_principal_and_the_oldest_before_the_next() -> None:
    """Code civil, article 1343-1; what exceeds all is said apart."""
    owed = (Instalment(date(2026, 1, 1), 100, 10), Instalment(date(2026, 2, 1), 100, 5))
    assert cover(owed, 7) == Covered(7, 0, 0)
    assert cover(owed, 60) == Covered(10, 50, 0)
    assert cover(owed, 113) == Covered(13, 100, 0)
    assert cover(owed, 300) == Covered(15, 200, 85)


@given(all_of_it=instalments, payments=st.lists(st.integers(1, 10**13), max_size=12))
def test_any_repayments_cover_each_cent_once(all_of_it: list[Instalment], payments: list[int]) -> None:
    """Each is covered, principal, interest and excess together; never more than was owed; in any portions the same."""
    principal = interest = excess = 0
    for amount in payments:
        covered = cover(_owed(all_of_it, principal, interest), amount)
        assert sum(covered) == amount
        principal, interest = principal + covered.principal_minor, interest + covered.interest_minor
        excess += covered.excess_minor
    assert principal <= sum(one.principal_minor for one in all_of_it)
    assert interest <= sum(one.interest_minor for one in all_of_it)
    assert not excess or not _owed(all_of_it, principal, interest)
    assert Covered(interest, principal, excess) == cover(_owed(all_of_it, 0, 0), sum(payments))


@given(all_of_it=instalments, amount=st.integers(1, 10**13), back=st.tuples(amounts, amounts))
def test_what_came_back_of_an_earlier_schedule_is_owed_first(
    all_of_it: list[Instalment], amount: int, back: tuple[int, int]
) -> None:
    """On the day of the schedule that did not know of it, and not a cent of it is lost."""
    owed = still_owed(all_of_it, principal_minor=-back[0], interest_minor=-back[1], again_on=DAY)
    assert sum(one.amount_minor for one in owed) == sum(one.amount_minor for one in all_of_it) + sum(back)
    if any(back):
        assert owed[0] == Instalment(DAY, *back)


def _owed(all_of_it: list[Instalment], principal_minor: int, interest_minor: int) -> tuple[Instalment, ...]:
    return still_owed(all_of_it, principal_minor=principal_minor, interest_minor=interest_minor, again_on=DAY)
