"""The day on which the aim would be reached: never later for more money, and inside its interval."""

import statistics
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.projection import (
    FARTHEST_DAYS,
    STUDENT,
    Projection,
    State,
    projected,
    whole_weeks,
)

THROUGH = date(2026, 6, 28)
amounts = st.integers(-(10**9), 10**12)
weeks_of = st.lists(amounts, min_size=4, max_size=13)
missing = st.integers(1, 10**14)


def told(weeks: list[int], missing_minor: int) -> tuple[date, date, date]:
    """Earliest, expected, latest; the end of time for what is not said."""
    found = projected(weeks, missing_minor=missing_minor, through=THROUGH)
    return tuple(day or date.max for day in (found.earliest_on, found.expected_on, found.latest_on))  # type: ignore[return-value]


def test_a_projection_is_the_one_that_a_textbook_gives() -> None:
    """Mean, sample deviation ÷ √n, Student's 95 % quantile for three degrees of freedom."""
    weeks = [10_000, 20_000, 30_000, 40_000]
    half = 2.353 * statistics.stdev(weeks) / 2
    found = projected(weeks, missing_minor=1_000_000, through=THROUGH)
    assert found == Projection(
        State.PROJECTED,
        THROUGH,
        4,
        25_000,
        earliest_on=THROUGH + timedelta(days=-(-7_000_000 // int(25_000 + half))),
        expected_on=THROUGH + timedelta(days=280),
        latest_on=THROUGH + timedelta(days=1 + int(7_000_000 / (25_000 - half))),
    )


@given(weeks_of, missing)
def test_the_interval_holds_the_day_in_its_middle(weeks: list[int], missing_minor: int) -> None:
    """Whatever the weeks; a day that is not said is after all others."""
    earliest, expected, latest = told(weeks, missing_minor)
    assert earliest <= expected <= latest


@given(weeks_of, missing, st.integers(0, 10**12))
def test_more_money_each_week_makes_no_day_later(weeks: list[int], missing_minor: int, more: int) -> None:
    """The same amount in each: the spread is as it was."""
    before, after = told(weeks, missing_minor), told([week + more for week in weeks], missing_minor)
    assert all(new <= old for new, old in zip(after, before, strict=True))


@given(weeks_of, missing, st.integers(0, 12), st.integers(0, 10**12))
def test_more_money_in_one_week_does_not_delay_the_expected_day(
    weeks: list[int], missing_minor: int, number: int, more: int
) -> None:
    """Its interval may widen, the middle comes nearer."""
    raised = list(weeks)
    raised[number % len(weeks)] += more
    assert told(raised, missing_minor)[1] <= told(weeks, missing_minor)[1]


@given(weeks_of, missing, missing)
def test_the_less_is_missing_the_sooner(weeks: list[int], one: int, other: int) -> None:
    """At the same pace."""
    sooner, later = told(weeks, min(one, other)), told(weeks, max(one, other))
    assert all(new <= old for new, old in zip(sooner, later, strict=True))


@given(st.integers(1, 10**9), st.integers(4, 13))
def test_equal_weeks_leave_no_doubt(amount: int, count: int) -> None:
    """The interval is one day."""
    assert len(set(told([amount] * count, 10 * amount))) == 1


def test_the_slower_end_may_get_nowhere() -> None:
    """One week brought everything: not before a day, and maybe never."""
    found = projected([400, 0, 0, 0], missing_minor=1_000, through=THROUGH)
    assert found.earliest_on
    assert (found.latest_on, found.may_never) == (None, True)


def test_a_day_in_more_than_a_century_is_not_said() -> None:
    """Nor one after the last that a calendar has."""
    slow = [1] * 4
    assert projected(slow, missing_minor=FARTHEST_DAYS, through=THROUGH).expected_on is None
    assert projected(slow, missing_minor=1_000, through=date.max).expected_on is None


@pytest.mark.parametrize("weeks", [[], [1], [5, 5, 5]])
def test_nothing_is_said_before_four_weeks(weeks: list[int]) -> None:
    """However much came."""
    found = projected(weeks, missing_minor=1, through=THROUGH)
    assert (found.state, found.expected_on) == (State.TOO_EARLY, None)


@pytest.mark.parametrize("weeks", [[0] * 13, [5, -5, 5, -5], [-1] * 4])
def test_what_stands_still_leads_nowhere(weeks: list[int]) -> None:
    """As much went back as came."""
    assert projected(weeks, missing_minor=1, through=THROUGH).state is State.STANDING_STILL


def test_every_number_of_weeks_has_its_quantile() -> None:
    """From four weeks to thirteen; fewer weeks, a wider interval."""
    quantiles = [float(STUDENT[count - 1]) for count in range(4, 14)]
    assert quantiles == sorted(quantiles, reverse=True)


def test_weeks_end_with_the_last_known_day() -> None:
    """Seven days each, whole since the first money; what came before them is in none."""
    daily = {THROUGH - timedelta(days=days): 1 + days for days in (0, 6, 7, 13, 15)}
    assert whole_weeks(daily, through=THROUGH, is_older=False) == [1 + 7, 8 + 14]
    assert whole_weeks(daily, through=THROUGH, is_older=True) == [8, 22, 16, *[0] * 10]


def test_without_money_there_is_no_week() -> None:
    """A return alone is no beginning."""
    assert whole_weeks({THROUGH: -5}, through=THROUGH, is_older=False) == []
