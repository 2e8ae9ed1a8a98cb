"""When a territory reminds of what is due, and when it stops expecting it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from services.pledges.domain.refusals import typeset

LEAST_DAY, MOST_DAY = -60, 180
"""Two months before a date nobody can act on it; half a year after it nobody remembers."""

MOST_REMINDERS = 6
"""For one date. More would be harassment, and every message of ours would be read less."""

LEAST_EXPIRY_DAYS, MOST_EXPIRY_DAYS = 30, 730
"""A transfer may take a month of a household's patience; after two years nobody counts on it."""

_DAYS = re.compile(r"[+-]?[0-9]{1,3}(?:[ ,;]+[+-]?[0-9]{1,3})*", re.ASCII)


class PolicyRefused(Exception):
    """Days that cannot be set; the message is for the treasurer."""


class DaysNotUnderstood(PolicyRefused):
    """The text is no list of numbers of days."""

    def __init__(self) -> None:
        super().__init__(
            typeset("Écrivez des nombres de jours séparés par des virgules, par exemple : -10, 0, 7, 21.")
        )


class DaysOutOfLimits(PolicyRefused):
    """Too many reminders, one twice, or one too far from the date."""

    def __init__(self) -> None:
        super().__init__(
            f"Choisissez au plus {MOST_REMINDERS} jours différents, entre {LEAST_DAY} et {MOST_DAY} autour de la date."
        )


class ExpiryOutOfLimits(PolicyRefused):
    """An expiry that is too near, too far, or not after the last reminder."""

    def __init__(self) -> None:
        super().__init__(
            f"L’expiration vient entre {LEAST_EXPIRY_DAYS} et {MOST_EXPIRY_DAYS} jours après la date, "
            "et après la dernière relance."
        )


class ReminderPolicy(NamedTuple):
    """Days around a due date (before it when negative), in order; none means no reminder."""

    days: tuple[int, ...]
    expiry_days: int


def reminder_policy(days: Iterable[int], expiry_days: int) -> ReminderPolicy:
    """A policy within its bounds. Raises DaysOutOfLimits, ExpiryOutOfLimits."""
    ordered = tuple(sorted(days))
    if len(ordered) > MOST_REMINDERS or len(set(ordered)) < len(ordered):
        raise DaysOutOfLimits
    if ordered and not LEAST_DAY <= ordered[0] <= ordered[-1] <= MOST_DAY:
        raise DaysOutOfLimits
    if not LEAST_EXPIRY_DAYS <= expiry_days <= MOST_EXPIRY_DAYS or (ordered and expiry_days <= ordered[-1]):
        raise ExpiryOutOfLimits
    return ReminderPolicy(ordered, expiry_days)


def days_from(text: str) -> tuple[int, ...]:
    """`-10, 0, 7` → the numbers; nothing written is no reminder. Raises DaysNotUnderstood."""
    plain = text.replace("−", "-").strip()
    if not plain:
        return ()
    if not _DAYS.fullmatch(plain):
        raise DaysNotUnderstood
    return tuple(int(number) for number in re.findall(r"[+-]?[0-9]+", plain))
