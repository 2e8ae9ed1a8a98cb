"""The instalments of a pledge: their dates and amounts. They sum to the pledge, to the cent."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How a pledge is paid."""

    ONCE = "once"
    INSTALMENTS = "instalments"
    MONTHLY = "monthly"


class Every(StrEnum):
    """The time between two instalments."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        return _MONTHS[self]


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


class Instalment(NamedTuple):
    """What is due on a day. `due_on` is None for pledges from before there were due dates."""

    number: int
    due_on: date | None
    amount_minor: int


class Schedule(NamedTuple):
    """All instalments of a pledge, in their order; one that is paid once has one."""

    kind: Kind
    instalments: tuple[Instalment, ...]

    @property
    def amount_minor(self) -> int:
        return sum(instalment.amount_minor for instalment in self.instalments)

    @property
    def last_due_on(self) -> date | None:
        return self.instalments[-1].due_on


def split_evenly(amount_minor: int, count: int) -> list[int]:
    """Parts that differ by a cent at most, the larger ones first: 10 € in 3 is 3,34 + 3,33 + 3,33."""
    part, extra = divmod(amount_minor, count)
    return [part + 1] * extra + [part] * (count - extra)


def due_dates(first_on: date, *, count: int, every: Every, day: int | None = None) -> list[date]:
    """`count` dates from `first_on`, each counted from the first: 31 Jan, 28 Feb, 31 Mar.

    `day` is the day of the month that is meant, where the first date is a short month's last day.
    """
    return [_months_after(first_on, number * every.months, day or first_on.day) for number in range(count)]


def dates_until(first_on: date, last_on: date, *, day: int | None = None) -> int:
    """How many monthly dates from `first_on` are not after `last_on`; none when that is before it."""
    if last_on < first_on:
        return 0
    months = (last_on.year - first_on.year) * 12 + last_on.month - first_on.month
    return months + (_months_after(first_on, months, day or first_on.day) <= last_on)


def day_meant(first_on: date, known: Iterable[date]) -> int:
    """The day of the month that a date stands for: 28 Feb stands for the 31st where 31 Jan came before it."""
    known_days = set(known)
    is_last_of_month = first_on.day == monthrange(first_on.year, first_on.month)[1]
    if is_last_of_month and first_on in known_days:
        return max(one.day for one in known_days)
    return first_on.day


def _months_after(first_on: date, months: int, day: int) -> date:
    years, month = divmod(first_on.month - 1 + months, 12)
    year = first_on.year + years
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
