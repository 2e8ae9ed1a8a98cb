"""The days on which banks settle."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.mandate import LAST_DAY
from services.pledges.domain.target_days import (
    business_days_after,
    business_days_before,
    easter,
    is_business_day,
    next_business_day,
)

days = st.dates(date(2002, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2019, (4, 21)), (2024, (3, 31)), (2026, (4, 5)), (2038, (4, 25)), (2049, (4, 18)), (2285, (3, 22))],
)
def test_easter_is_where_calendars_have_it(year: int, sunday: tuple[int, int]) -> None:
    """Early, late, and where simpler rules go wrong."""
    assert easter(year) == date(year, *sunday)


def test_banks_close_on_six_days_and_weekends() -> None:
    """In 2026: New Year, Good Friday, Easter Monday, 1 May, 25 December (the 26th is a Saturday)."""
    weekdays = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    closed = [day for day in weekdays if day.weekday() < 5 and not is_business_day(day)]
    assert closed == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
    ]
    assert is_business_day(date(2026, 7, 14))
    assert not is_business_day(date(2025, 12, 26))


@given(days, st.integers(1, 10))
def test_business_days_count_the_same_both_ways(day: date, count: int) -> None:
    """From a business day, so many forth and so many back is where it was."""
    start = next_business_day(day)
    assert business_days_before(business_days_after(start, count), count) == start


@given(days)
def test_a_day_that_a_mandate_may_name_is_settled_in_its_month(day: date) -> None:
    """So that a monthly mandate is collected once in each month, and in each."""
    named = day.replace(day=min(day.day, LAST_DAY))
    assert next_business_day(named).month == named.month
