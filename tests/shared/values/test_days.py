"""The day of an instant is the one in Paris, whatever the clock."""

from datetime import UTC, date, datetime

import pytest

from shared.values import day_of


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_paris(instant: datetime, day: date) -> None:
    """In winter and in summer: who acts at half past midnight acts today, and the page says so."""
    assert day_of(instant) == day


def test_an_instant_without_a_time_zone_has_no_day() -> None:
    """It could be either of two."""
    with pytest.raises(ValueError, match="has no time zone"):
        day_of(datetime(2026, 11, 23, 23, 30))  # noqa: DTZ001 - that is what is refused
