"""When the aim would be reached at the present pace, and how far that may be off.

The pace is a mean of weeks: within a week, banks rest and people give on some days more than on others. How far it may
be off is the mean's own error: Student's t with n − 1 degrees of freedom, as if the weeks were alike, normal and
independent ("The probable error of a mean", Biometrika 6, 1908). It is an extrapolation, not a forecast.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

METHOD_VERSION = 1
METHOD = (
    "Moyenne, par semaine, de ce qui est reçu moins ce qui est rendu, sur les semaines entières depuis le premier euro,"
    " treize au plus et quatre au moins, jusqu’au dernier relevé de la banque. La date est celle où l’objectif serait"
    " réuni à ce rythme ; l’intervalle à 90 % vient de l’écart entre les semaines (loi de Student à n − 1 degrés de"
    " liberté, approximation normale). C’est un prolongement, pas une prévision : ni les promesses, ni les saisons,"
    " ni les campagnes à venir n’y entrent."
)

WEEK = 7
MOST_WEEKS = 13
"""A quarter: long enough to even out a campaign, short enough to follow the present pace."""

LEAST_WEEKS = 4
"""With fewer, the interval would be so wide that the date in its middle says nothing."""

CONFIDENCE_PERCENT = 90
STUDENT = {
    3: "2.353", 4: "2.132", 5: "2.015", 6: "1.943", 7: "1.895", 8: "1.860", 9: "1.833", 10: "1.812", 11: "1.796",
    12: "1.782",
}  # fmt: skip
"""The 95 % quantile of Student's t by degrees of freedom: five of a hundred beyond it on each side leave 90 %."""

FARTHEST_DAYS = 36_525
"""A date in more than a century says nothing: it is not said."""


class State(StrEnum):
    """What can be said."""

    TOO_EARLY = "too_early"
    STANDING_STILL = "standing_still"
    PROJECTED = "projected"
    REACHED = "reached"


class Projection(NamedTuple):
    """When the aim would be reached; a date that is None is in more than a century, or never.

    `through`: the last day that is known. `weekly_minor`: the mean of so many `weeks`, rounded down. `may_never`: the
    slower end of the interval gets nowhere.
    """

    state: State
    through: date | None = None
    weeks: int = 0
    weekly_minor: int | None = None
    earliest_on: date | None = None
    expected_on: date | None = None
    latest_on: date | None = None
    may_never: bool = False
    reached_on: date | None = None


def whole_weeks(daily: Mapping[date, int], *, through: date, is_older: bool) -> list[int]:
    """The sums of the weeks that end on `through`, the newest first, from the first day on which money came.

    `is_older`: money came before the days that `daily` tells of, which are those of `MOST_WEEKS`.
    """
    weeks = MOST_WEEKS
    if not is_older:
        days = [day for day, amount in daily.items() if amount > 0 and day <= through]
        weeks = min(weeks, ((through - min(days)).days + 1) // WEEK) if days else 0
    sums = [0] * weeks
    for day, amount in daily.items():
        if 0 <= (week := (through - day).days // WEEK) < weeks:
            sums[week] += amount
    return sums


def projected(weeks: Sequence[int], *, missing_minor: int, through: date) -> Projection:
    """What whole weeks say of the day on which the `missing_minor` (above zero) would have come, in minor units."""
    count, total = len(weeks), sum(weeks)
    if count < LEAST_WEEKS:
        return Projection(State.TOO_EARLY, through, count)
    if total <= 0:
        return Projection(State.STANDING_STILL, through, count, total // count)
    mean, error = Fraction(total, count), _error(weeks)
    return Projection(
        State.PROJECTED,
        through,
        count,
        total // count,
        earliest_on=_day(missing_minor, mean + error, through),
        expected_on=_day(missing_minor, mean, through),
        latest_on=_day(missing_minor, mean - error, through),
        may_never=error >= mean,
    )


def _error(weeks: Sequence[int]) -> Fraction:
    """Half the width of the mean's interval. Squares are summed as whole numbers: nothing is lost before the root."""
    count = len(weeks)
    spread = count * sum(week * week for week in weeks) - sum(weeks) ** 2
    return Fraction(STUDENT[count - 1]) * Fraction(math.sqrt(spread / (count * count * (count - 1))))


def _day(missing_minor: int, weekly: Fraction, through: date) -> date | None:
    if weekly <= 0:
        return None
    days = math.ceil(missing_minor * WEEK / weekly)
    try:
        return through + timedelta(days=days) if days <= FARTHEST_DAYS else None
    except OverflowError:  # the year 9999 is the last that a date may have
        return None
