"""The days of a policy and their bounds."""

import pytest

from services.pledges.domain import reminder_policy as domain
from services.pledges.domain.reminder_policy import (
    DaysNotUnderstood,
    DaysOutOfLimits,
    ExpiryOutOfLimits,
    days_from,
    reminder_policy,
)
from shared.events.pledges import ReminderDue


@pytest.mark.parametrize("text", ["-10, 0, 7, 21", "−10 0 7 21", "-10;0;+7;21"])
def test_days_are_read_as_they_are_typed(text):
    """With commas, spaces or semicolons, and the minus of a typographer."""
    assert days_from(text) == (-10, 0, 7, 21)


def test_nothing_is_no_reminder():
    """A territory may choose not to remind."""
    assert reminder_policy(days_from(" "), 60).days == ()


@pytest.mark.parametrize("text", ["dix", "7-21", "1e3", "7,,8 x", "\0", "9999"])
def test_what_is_no_list_of_days_is_refused(text):
    """Nothing is guessed."""
    with pytest.raises(DaysNotUnderstood):
        days_from(text)


@pytest.mark.parametrize("days", [(0, 0), (-61,), (181,), (1, 2, 3, 4, 5, 6, 7)])
def test_days_have_bounds(days):
    """None twice, none too far, no more than six."""
    with pytest.raises(DaysOutOfLimits):
        reminder_policy(days, 365)


@pytest.mark.parametrize("expiry_days", [29, 731, 45])
def test_a_pledge_expires_after_its_last_reminder(expiry_days):
    """And neither at once nor never."""
    with pytest.raises(ExpiryOutOfLimits):
        reminder_policy((0, 45), expiry_days)


def test_the_event_carries_any_day_of_a_policy():
    """The bounds of the contract are those of the domain, which imports no contract."""
    bounds = {type(one).__name__: one for one in ReminderDue.model_fields["days"].metadata}
    assert (bounds["Ge"].ge, bounds["Le"].le) == (domain.LEAST_DAY, domain.MOST_DAY)
