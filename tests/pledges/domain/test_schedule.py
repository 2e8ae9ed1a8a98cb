"""Instalments sum to the pledge, and their dates stay where they were meant."""

from calendar import monthrange
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.schedule import Every, dates_until, day_meant, due_dates, split_evenly

days = st.dates(date(2026, 1, 1), date(2060, 12, 31))


def test_ten_euros_in_three_are_one_cent_apart():
    """The extra cents go first."""
    assert split_evenly(1000, 3) == [334, 333, 333]


@given(amount=st.integers(1, 10**11), count=st.integers(1, 120))
def test_parts_sum_to_the_whole(amount, count):
    """For every amount and count; they differ by a cent at most, the larger ones first."""
    parts = split_evenly(amount, count)
    assert (sum(parts), len(parts)) == (amount, count)
    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


def test_the_thirty_first_comes_back_after_a_short_month():
    """31 January, 28 February, 31 March."""
    found = due_dates(date(2027, 1, 31), count=4, every=Every.MONTH)
    assert found == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@given(first=days, count=st.integers(1, 120), every=st.sampled_from(Every))
def test_dates_never_drift(first, count, every):
    """Each is in its month, on the day that was meant or on the month's last one."""
    found = due_dates(first, count=count, every=every)
    for number, day in enumerate(found):
        months = first.year * 12 + first.month - 1 + number * every.months
        assert (day.year, day.month - 1) == divmod(months, 12)
        assert day.day == min(first.day, monthrange(day.year, day.month)[1])
    assert found == sorted(set(found))


@given(first=days, last=days, meant=st.integers(28, 31))
def test_months_are_counted_up_to_the_last_day(first, last, meant):
    """The last date of the count is not after it, and the next one would be."""
    is_last_of_month = first.day == monthrange(first.year, first.month)[1]
    day = max(first.day, meant) if is_last_of_month else first.day
    count = dates_until(first, last, day=day)
    dates = due_dates(first, count=count + 1, every=Every.MONTH, day=day)
    assert all(one <= last for one in dates[:count])
    assert (dates[count] > last) if count else last < first


def test_a_short_months_last_day_stands_for_the_day_that_was_meant():
    """28 February of a series that began on 31 January goes on with 31 March; of no series, with 28 March."""
    february = date(2027, 2, 28)
    assert day_meant(february, [date(2027, 1, 31), february]) == 31
    assert day_meant(february, [date(2027, 1, 31)]) == 28
    assert day_meant(date(2027, 3, 15), [date(2027, 1, 31), date(2027, 3, 15)]) == 15
