"""The days on which banks settle euros (TARGET calendar of the European Central Bank, long-term since 2002)."""

from datetime import date, timedelta

_DAY = timedelta(days=1)
_FIXED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})


def is_business_day(day: date) -> bool:
    """Neither a weekend nor one of the six closing days."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED:
        return False
    return day - easter(day.year) not in (timedelta(days=-2), _DAY)  # Good Friday, Easter Monday


def next_business_day(day: date) -> date:
    """The day itself, or the first business day after it."""
    while not is_business_day(day):
        day += _DAY
    return day


def business_days_after(day: date, count: int) -> date:
    """The business day that is `count` business days after a day."""
    for _ in range(count):
        day = next_business_day(day + _DAY)
    return day


def business_days_before(day: date, count: int) -> date:
    """The business day that is `count` business days before a day."""
    for _ in range(count):
        day -= _DAY
        while not is_business_day(day):
            day -= _DAY
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm: Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
