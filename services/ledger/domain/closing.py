"""Closed periods: nothing is posted in them. What comes late keeps its value date, and has the first open day.

Closings only follow one another: a closed period is never opened again, a mistake in it is corrected in the open one.
"""

from datetime import date, timedelta


def open_day(day: date, closed_through: date | None) -> date:
    """The day on which what happened on a day is posted: that day, or the first one that is open."""
    if closed_through is None or day > closed_through:
        return day
    return closed_through + timedelta(days=1)
