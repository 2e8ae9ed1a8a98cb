"""The day that it is: books, due dates and what pages show follow legal time in mainland France, whatever the clock.

One body keeps the books of every territory, so they share one calendar; instants stay in UTC.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def day_of(moment: datetime) -> date:
    """The day of an instant. `23:30Z` on the 23rd → the 24th. Raises ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: give an instant, as in {moment.replace(tzinfo=UTC)}")
    return moment.astimezone(PARIS).date()


def today_in_france() -> date:
    """The day that it is now; inside a transaction ask `work.today`."""
    return day_of(datetime.now(UTC))
