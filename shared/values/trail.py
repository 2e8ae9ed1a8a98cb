"""Puts the statements of a day in order by their balances: banks may give several, without a number that says it."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol, TypeVar


class Moves(Protocol):
    """What leads an account from a balance to another, in cents."""

    @property
    def opening_minor(self) -> int: ...

    @property
    def closing_minor(self) -> int: ...


M = TypeVar("M", bound=Moves)


def trail(statements: Sequence[M], opening_minor: int) -> list[M]:
    """All these statements, each opening where the one before it closed, the first at `opening_minor`; else none.

    It is a trail through their balances that uses each statement once (Hierholzer, 1873).
    """
    leaving: dict[int, list[M]] = defaultdict(list)
    for one in reversed(statements):
        leaving[one.opening_minor].append(one)
    found: list[M] = []
    stack: list[tuple[int, M | None]] = [(opening_minor, None)]
    while stack:
        balance, arrived_by = stack[-1]
        if leaving[balance]:
            one = leaving[balance].pop()
            stack.append((one.closing_minor, one))
        else:
            stack.pop()
            if arrived_by is not None:
                found.append(arrived_by)
    found.reverse()
    is_whole = bool(found) and len(found) == len(statements) and found[0].opening_minor == opening_minor
    follows = all(before.closing_minor == after.opening_minor for before, after in pairwise(found))
    return found if is_whole and follows else []


def ring(statements: Sequence[M], balance_minor: int) -> list[M]:
    """Those of the statements that lead from a balance back to it, all that can be reached from there; else none."""
    reached, waiting = {balance_minor}, list(statements)
    while near := [one for one in waiting if one.opening_minor in reached]:
        reached |= {one.closing_minor for one in near}
        waiting = [one for one in waiting if one.opening_minor not in reached]
    found = trail([one for one in statements if one.opening_minor in reached], balance_minor)
    return found if found and found[-1].closing_minor == balance_minor else []
