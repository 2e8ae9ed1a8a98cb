"""When two statements of one account tell the same movements: banks name a statement anew at each download.

A statement tells the days from its first line's to its last line's, within the dates of its balances: banks date an
opening balance on its first day or on one before. One without lines tells none, and counts nothing twice.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Self

from services.pledges.domain.statement import StatementHeader

_PAGE = re.compile(r" p\. [0-9]{1,5}$")
"""What `formats.camt_header` adds to the bank's id from the second page on."""


class DaysTold(NamedTuple):
    """A statement with lines: its balances, and the days of its first and its last line."""

    statement_id: str
    norm: str
    sequence_number: int | None
    opening_minor: int
    closing_minor: int
    first_on: date
    last_on: date

    @classmethod
    def of(cls, header: StatementHeader, booked: Sequence[date]) -> Self:
        """`booked`: the days of its lines, one at least."""
        first, last = (
            min(max(day, header.opening_on), header.closing_on) for day in (min(booked), max(booked))
        )
        return cls(
            header.statement_id,
            header.norm,
            header.sequence_number,
            header.opening_minor,
            header.closing_minor,
            first,
            last,
        )


def told_before(new: DaysTold, known: Sequence[DaysTold]) -> DaysTold | None:
    """The one of `known` that tells movements of `new`, if any; those that share no day with it do not matter.

    Pages of one statement may have the same days. So may statements of one day, which follow one another by their
    balances, and two of which one ends on the day on which the other begins, where a known balance joins them.
    """
    return next((one for one in known if not _stand_beside(new, one, known)), None)


def _stand_beside(new: DaysTold, one: DaysTold, known: Sequence[DaysTold]) -> bool:
    if one.last_on < new.first_on or new.last_on < one.first_on or _whole(one) == _whole(new):
        return True
    if one.first_on == one.last_on == new.first_on == new.last_on:
        return one.norm == new.norm and not _same_begun_again(new, one)
    if one.last_on == new.first_on:
        return new.opening_minor in {k.closing_minor for k in known if k.last_on == new.first_on}
    if new.last_on == one.first_on:
        return new.closing_minor in {k.opening_minor for k in known if k.first_on == new.last_on}
    return False


def _same_begun_again(new: DaysTold, one: DaysTold) -> bool:
    """A day downloaded before its end, and again after it: the same number, from the same balance to another."""
    return (
        new.sequence_number is not None
        and new.sequence_number == one.sequence_number
        and new.opening_minor == one.opening_minor
        and new.opening_minor not in (new.closing_minor, one.closing_minor)
    )


def _whole(one: DaysTold) -> str:
    """The bank's id of the statement that this one is a page of, or all of."""
    return _PAGE.sub("", one.statement_id)
