"""From what a saver chooses to a schedule, and from one schedule to the next."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.pledges.domain.pledge import AmountBelowReceived
from services.pledges.domain.schedule import Every, Kind, Schedule
from services.pledges.domain.standing import standings
from services.pledges.domain.terms import (
    DateOutOfLimits,
    Monthly,
    MonthsOutOfLimits,
    Once,
    Parts,
    PartsOutOfLimits,
    PartTooSmall,
    Terms,
    changed_schedule,
    schedule_for,
)

TODAY = date(2026, 11, 24)
SOON = date(2026, 12, 1)
LEAST = 100

dates = st.dates(TODAY, TODAY + timedelta(days=731))
terms = st.one_of(
    st.builds(Once, dates),
    st.builds(Parts, st.integers(2, 60), dates, st.sampled_from(Every)),
    st.builds(lambda first, days: Monthly(first, first + timedelta(days=days)), dates, st.integers(0, 3_640)),
)
amounts = st.integers(60 * LEAST, 10**8)


def made(amount_minor: int, terms: Terms) -> Schedule:
    return schedule_for(amount_minor, terms, least_minor=LEAST, today=TODAY)


def changed(
    schedule: Schedule, amount_minor: int, terms: Terms, *, kept_minor: int, today: date = TODAY
) -> Schedule:
    return changed_schedule(
        schedule, amount_minor, terms, kept_minor=kept_minor, least_minor=LEAST, today=today
    )


@given(amount=amounts, terms=terms)
def test_a_schedule_sums_to_what_was_promised(amount, terms):
    """The whole for one payment and for parts; the months together for a monthly pledge. Dates are in order."""
    schedule = made(amount, terms)
    months = len(schedule.instalments) if isinstance(terms, Monthly) else 1
    assert schedule.amount_minor == amount * months
    due = [one.due_on for one in schedule.instalments]
    assert due == sorted(due)
    assert [one.number for one in schedule.instalments] == list(range(1, len(due) + 1))


@given(amount=amounts, before=terms, then=terms, new=amounts, kept=st.integers(0, 10**8))
def test_a_change_keeps_what_was_paid_and_sums_to_the_new_amount(amount, before, then, new, kept):
    """What is kept covers exactly what comes before the rest; the rest is unpaid, whatever was chosen before."""
    assume(isinstance(then, Monthly) or new >= kept + 60 * LEAST)
    after = changed(made(amount, before), new, then, kept_minor=kept)
    if isinstance(then, Monthly):
        months = len(after.instalments) - bool(kept)
        assert after.amount_minor == kept + new * months
    else:
        assert after.amount_minor == new
    due = [one.due_on for one in after.instalments]
    assert due == sorted(due)
    if after.kind is not Kind.ONCE:
        paid = [one.paid_minor for one in standings(after.instalments, kept)]
        assert paid == ([kept] if kept else []) + [0] * (len(paid) - bool(kept))


@given(amount=amounts, terms=terms, kept=st.integers(1, 10**8))
def test_the_same_change_again_changes_nothing(amount, terms, kept):
    """A form that is sent twice: the second time it finds what it asks for."""
    assume(isinstance(terms, Monthly) or amount >= kept + 60 * LEAST)
    once = changed(made(amount, Once(SOON)), amount, terms, kept_minor=kept)
    assert changed(once, amount, terms, kept_minor=kept) == once


@pytest.mark.parametrize("terms", [Once(SOON), Parts(2, SOON, Every.MONTH)])
def test_a_pledge_cannot_become_smaller_than_what_came(terms):
    """What was paid stays paid."""
    with pytest.raises(AmountBelowReceived, match="50,00\u00a0€ sont déjà arrivés"):
        changed(made(10_000, Once(SOON)), 4_999, terms, kept_minor=5_000)


def test_a_pledge_can_end_with_what_came():
    """The rest is nothing: one instalment is left, which is paid."""
    after = changed(made(10_000, Once(SOON)), 5_000, Parts(3, SOON, Every.MONTH), kept_minor=5_000)
    assert [one.amount_minor for one in after.instalments] == [5_000]


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (Once(TODAY - timedelta(days=2)), DateOutOfLimits),
        (Once(TODAY + timedelta(days=732)), DateOutOfLimits),
        (Parts(1, SOON, Every.MONTH), PartsOutOfLimits),
        (Parts(61, SOON, Every.MONTH), PartsOutOfLimits),
        (Parts(0, SOON, Every.MONTH), PartsOutOfLimits),
        (Parts(51, SOON, Every.MONTH), PartTooSmall),
        (Monthly(SOON, SOON - timedelta(days=1)), MonthsOutOfLimits),
        (Monthly(SOON, date(2036, 12, 1)), MonthsOutOfLimits),
        (Monthly(SOON, date(9999, 12, 31)), MonthsOutOfLimits),
    ],
)
def test_what_is_out_of_bounds_is_refused(terms, refusal):
    """Each by its name: a date that has passed, no parts, too many, parts of some cents, more than ten years."""
    with pytest.raises(refusal):
        made(5_000, terms)


def test_it_may_still_be_yesterday_where_the_saver_is():
    """A day of Papeete that has ended in UTC is taken."""
    assert made(5_000, Once(TODAY - timedelta(days=1))).last_due_on == TODAY - timedelta(days=1)


def test_a_date_that_has_passed_may_stay():
    """Who changes the amount of a late pledge need not change its date, and the day that was meant stays too."""
    late = made(9_000, Parts(3, date(2027, 1, 31), Every.MONTH))
    today = date(2027, 3, 5)
    after = changed(late, 6_000, Parts(2, date(2027, 2, 28), Every.MONTH), kept_minor=3_000, today=today)
    assert [one.due_on for one in after.instalments] == [
        date(2027, 2, 28),
        date(2027, 2, 28),
        date(2027, 3, 31),
    ]
