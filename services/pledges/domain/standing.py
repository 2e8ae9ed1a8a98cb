"""What of a schedule is paid, and what is to be paid next: from sums, never from an allocation that is kept."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from services.pledges.domain.schedule import Instalment


class Standing(NamedTuple):
    """An instalment, and how much of it what is kept covers."""

    number: int
    due_on: date | None
    amount_minor: int
    paid_minor: int

    @property
    def missing_minor(self) -> int:
        return self.amount_minor - self.paid_minor


class ToPay(NamedTuple):
    """The transfer to make: `due_on` is the date of the first instalment that it pays, None where there is none."""

    amount_minor: int
    due_on: date | None
    is_late: bool


def standings(instalments: Iterable[Instalment], kept_minor: int) -> list[Standing]:
    """Each instalment with what covers it: the first ones first."""
    found, left = [], kept_minor
    for number, due_on, amount_minor in instalments:
        paid = min(left, amount_minor)
        left -= paid
        found.append(Standing(number, due_on, amount_minor, paid))
    return found


def to_pay(stands: Sequence[Standing], *, today: date) -> ToPay | None:
    """All that is due by today; else the next instalment; None when everything is paid."""
    missing = [one for one in stands if one.missing_minor]
    if not missing:
        return None
    due = [one for one in missing if one.due_on is not None and one.due_on <= today] or missing[:1]
    first_on = due[0].due_on
    return ToPay(
        sum(one.missing_minor for one in due), first_on, is_late=first_on is not None and first_on < today
    )
