"""Reads a day as French people type it, or as a browser's date field sends it."""

import re
from datetime import date

from services.pledges.domain.pledge import PledgeRefused

_WRITTEN = re.compile(r"(?P<day>[0-9]{1,2})[/. -](?P<month>[0-9]{1,2})[/. -](?P<year>[0-9]{4})", re.ASCII)
_SENT = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})", re.ASCII)


class DayNotUnderstood(PledgeRefused):
    """The text is no day of the calendar."""

    def __init__(self) -> None:
        super().__init__("Écrivez une date, par exemple 05/03/2027.")


def day_from(text: str) -> date:
    """`5/3/2027` and `2027-03-05` → 5 March 2027. Raises DayNotUnderstood."""
    match = _SENT.fullmatch(text.strip()) or _WRITTEN.fullmatch(text.strip())
    try:
        if match is not None:
            return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        pass
    raise DayNotUnderstood
