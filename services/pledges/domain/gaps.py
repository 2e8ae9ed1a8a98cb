"""Which statements of an account do not open where the one before them closed: one is missing.

Statements stand in the order of their days. Within a day their balances say it: banks do not always number them, and
send pages in any order.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple
from uuid import UUID

from shared.values.trail import trail


class InOrder(NamedTuple):
    """A statement, as far as its place among the others goes."""

    statement_id: UUID
    closing_on: date
    opening_minor: int
    closing_minor: int


class Gap(NamedTuple):
    """A statement that opens at another balance than the one before it closed."""

    statement_id: UUID
    expected_minor: int
    found_minor: int


def find_gaps(statements: Iterable[InOrder]) -> list[Gap]:
    """The gaps of one account, whose statements come sorted by day, and those of a day as well as may be."""
    days = [list(of_day) for _, of_day in groupby(statements, key=lambda one: one.closing_on)]
    ordered: list[InOrder] = []
    for day, next_day in zip(days, [*days[1:], []], strict=True):
        balance = ordered[-1].closing_minor if ordered else None
        ordered += _in_order(day, balance, {one.opening_minor for one in next_day})
    return [
        Gap(after.statement_id, before.closing_minor, after.opening_minor)
        for before, after in pairwise(ordered)
        if before.closing_minor != after.opening_minor
    ]


def _in_order(day: Sequence[InOrder], balance: int | None, next_openings: set[int]) -> Sequence[InOrder]:
    """The statements of a day, each behind one that closed where it opens as long as there is one.

    The day begins where the one before it ended, else at a balance from which it leads on to the next one.
    """
    if len(day) == 1:
        return day
    if balance is not None and (found := trail(day, balance)):
        return found
    openings = dict.fromkeys(one.opening_minor for one in day)
    wholes = [found for opening in openings if (found := trail(day, opening))]
    leading_on = [found for found in wholes if found[-1].closing_minor in next_openings]
    return next(iter([*leading_on, *wholes]), None) or _in_pieces(day, balance)


def _in_pieces(day: Sequence[InOrder], balance: int | None) -> list[InOrder]:
    """A day of which a statement is missing: one piece after the other, each from where none of the others leads."""
    left, found = list(day), list[InOrder]()
    while left:
        closings = {one.closing_minor for one in left if one.closing_minor != one.opening_minor}
        following = [one for one in left if one.opening_minor == balance]
        beginning = [one for one in left if one.opening_minor not in closings]
        one = [*following, *beginning, *left][0]
        left.remove(one)
        found.append(one)
        balance = one.closing_minor
    return found
