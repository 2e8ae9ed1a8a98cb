"""The days that an address names."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from shared.values import today_in_france

MaybeDay = Annotated[date | None, BeforeValidator(lambda day: day or None)]
"""A day, or none: a field that was left empty is sent as nothing."""


def days_between(first: date | None, last: date | None) -> tuple[date, date]:
    """The period that is asked for; this year so far where it is not said, in the order of time."""
    today = today_in_france()
    begin, end = first or today.replace(month=1, day=1), last or today
    return min(begin, end), max(begin, end)
