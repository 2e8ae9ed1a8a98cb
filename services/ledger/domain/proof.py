"""Which statements are proved: complete, and each opening where the one before it closed.

Banks may give several statements a day, without a number that says their order: it is found from their
balances, as a trail that uses each statement once (Hierholzer, 1873).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Unproved:
    """A statement that is not proved yet; `is_complete` when all its lines are posted."""

    statement_id: UUID
    account: str
    opening_minor: int
    closing_minor: int
    closing_on: date
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """The unbroken run of an account's proved statements: its two ends, and their positions in it."""

    first_opening_minor: int
    first_closing_on: date
    first_position: int
    last_closing_minor: int
    last_closing_on: date
    last_position: int

    def followed_by(self, statement: Unproved) -> "Proved":
        return replace(
            self,
            last_closing_minor=statement.closing_minor,
            last_closing_on=statement.closing_on,
            last_position=self.last_position + 1,
        )

    def preceded_by(self, statement: Unproved) -> "Proved":
        return replace(
            self,
            first_opening_minor=statement.opening_minor,
            first_closing_on=statement.closing_on,
            first_position=self.first_position - 1,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """What became proved: the position of each statement in its account's run, and the runs as they are now."""

    positions: dict[UUID, int]
    runs: dict[str, Proved]


def next_proved(unproved: Iterable[Unproved], *, runs: Mapping[str, Proved]) -> Progress:
    """The statements that are proved now. `unproved` comes sorted by account and closing day.

    A day is proved whole or waits: one statement that is missing or incomplete holds back its day and all that
    come after. What is imported late for the first or last day of the run, or from before it, is added there.
    """
    found = Progress({}, {})
    for account, statements in groupby(unproved, key=lambda one: one.account):
        days = [list(of_day) for _, of_day in groupby(statements, key=lambda one: one.closing_on)]
        run = runs.get(account) or _start(days)
        if run is not None:
            found.runs[account] = _extend(run, days, found.positions)
    return found


def _start(days: Sequence[Sequence[Unproved]]) -> Proved | None:
    """A run of nothing yet, before the account's first day; None while that day cannot be proved.

    Statements that bring the balance back to where it was could have begun at several of their balances:
    the next day tells which.
    """
    first, *later = days
    openings = [opening for opening in sorted({one.opening_minor for one in first}) if _trail(first, opening)]
    if len(openings) > 1 and later:
        next_openings = {one.opening_minor for one in later[0]}
        openings = [opening for opening in openings if opening in next_openings]
    if len(openings) != 1:
        return None
    day = first[0].closing_on
    return Proved(openings[0], day, 0, openings[0], day, -1)


def _extend(run: Proved, days: Sequence[Sequence[Unproved]], positions: dict[UUID, int]) -> Proved:
    waiting = [list(day) for day in days]
    for day in waiting:
        if run.last_position >= run.first_position:
            run = _add_late_ones(run, day, positions)
    for day in waiting:
        if day and day[0].closing_on >= run.last_closing_on:
            trail = _trail(day, run.last_closing_minor)
            if not trail:
                break
            for one in trail:
                run = run.followed_by(one)
                positions[one.statement_id] = run.last_position
    for day in reversed(waiting):
        if day and day[0].closing_on < run.first_closing_on:
            moved = sum(one.closing_minor - one.opening_minor for one in day)
            trail = _trail(day, run.first_opening_minor - moved)
            if not trail:
                break
            for one in reversed(trail):
                run = run.preceded_by(one)
                positions[one.statement_id] = run.first_position
    return run


def _add_late_ones(run: Proved, day: list[Unproved], positions: dict[UUID, int]) -> Proved:
    """Take from `day` what goes at an end of the run that is on this very day, one after the other."""
    while True:
        ready = [one for one in day if one.is_complete]
        if after := next((one for one in ready if _comes_after(one, run)), None):
            day.remove(after)
            run = run.followed_by(after)
            positions[after.statement_id] = run.last_position
        elif before := next((one for one in ready if _comes_before(one, run)), None):
            day.remove(before)
            run = run.preceded_by(before)
            positions[before.statement_id] = run.first_position
        else:
            return run


def _comes_after(one: Unproved, run: Proved) -> bool:
    return one.closing_on == run.last_closing_on and one.opening_minor == run.last_closing_minor


def _comes_before(one: Unproved, run: Proved) -> bool:
    return one.closing_on == run.first_closing_on and one.closing_minor == run.first_opening_minor


def _trail(statements: Sequence[Unproved], opening_minor: int) -> list[Unproved]:
    """All these statements in an order in which each opens where the one before it closed, the first at
    `opening_minor`; empty when there is no such order or one of them is incomplete."""
    if not all(one.is_complete for one in statements):
        return []
    leaving: dict[int, list[Unproved]] = defaultdict(list)
    for one in reversed(statements):
        leaving[one.opening_minor].append(one)
    trail: list[Unproved] = []
    stack: list[tuple[int, Unproved | None]] = [(opening_minor, None)]
    while stack:
        balance, arrived_by = stack[-1]
        if leaving[balance]:
            one = leaving[balance].pop()
            stack.append((one.closing_minor, one))
        else:
            stack.pop()
            if arrived_by is not None:
                trail.append(arrived_by)
    trail.reverse()
    is_whole = len(trail) == len(statements) and trail[0].opening_minor == opening_minor
    follows = all(before.closing_minor == after.opening_minor for before, after in pairwise(trail))
    return trail if is_whole and follows else []
