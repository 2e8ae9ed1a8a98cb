"""Which statements are proved: complete, and each opening where the one before it closed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from services.ledger.domain.proved import Growth, Moved, Proved, Standings, Unproved
from shared.values.trail import ring, trail


@dataclass(frozen=True, slots=True)
class Progress:
    """What became proved: the runs as they are now, and the position of each statement in its account's run.

    `moved`: first, in this order, those that were proved before make room.
    """

    positions: dict[UUID, int]
    runs: dict[str, Proved]
    moved: list[Moved]


def next_proved(
    unproved: Iterable[Unproved], *, runs: Mapping[str, Proved], standings: Standings
) -> Progress:
    """The statements that are proved now. `unproved` comes sorted by account and closing day.

    A day is proved whole or waits: one statement that is missing or incomplete holds back its day and all that
    come after. What is imported late for the first or last day of the run, or from before it, is added there; what
    brings the balance back to where it was is put where the account held it. `standings`: of the days within the runs.
    """
    found = Progress({}, {}, [])
    for account, statements in groupby(unproved, key=lambda one: one.account):
        days = [list(of_day) for _, of_day in groupby(statements, key=lambda one: one.closing_on)]
        run = runs.get(account) or _start(days)
        if run is not None:
            known = {day: list(those) for (of, day), those in standings.items() if of == account}
            growth = Growth(account, run, known)
            _extend(growth, days)
            found.runs[account] = growth.run
            found.positions.update(growth.positions)
            found.moved.extend(growth.moved)
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


def _extend(growth: Growth, days: Sequence[list[Unproved]]) -> None:
    if growth.run.last_position >= growth.run.first_position:
        for day in days:
            _add_at_ends(growth, day)
            _put_between(growth, day)
    waiting = [day for day in days if day]
    for day in waiting:
        if day[0].closing_on >= growth.run.last_closing_on:
            following = _trail(day, growth.run.last_closing_minor)
            if not following:
                break
            for one in following:
                growth.append(one)
    for day in reversed(waiting):
        if day[0].closing_on < growth.run.first_closing_on:
            moved = sum(one.closing_minor - one.opening_minor for one in day)
            preceding = _trail(day, growth.run.first_opening_minor - moved)
            if not preceding:
                break
            for one in reversed(preceding):
                growth.prepend(one)


def _add_at_ends(growth: Growth, day: list[Unproved]) -> None:
    """Take from `day` what goes at an end of the run that is on this very day, one after the other."""
    while True:
        ready = [one for one in day if one.is_complete]
        if after := next((one for one in ready if _comes_after(one, growth.run)), None):
            day.remove(after)
            growth.append(after)
        elif before := next((one for one in ready if _comes_before(one, growth.run)), None):
            day.remove(before)
            growth.prepend(before)
        else:
            return


def _comes_after(one: Unproved, run: Proved) -> bool:
    return one.closing_on == run.last_closing_on and one.opening_minor == run.last_closing_minor


def _comes_before(one: Unproved, run: Proved) -> bool:
    return one.closing_on == run.first_closing_on and one.closing_minor == run.first_opening_minor


def _put_between(growth: Growth, day: list[Unproved]) -> None:
    """Take from `day`, which is within the run, what leads from a balance that the account held then back to it."""
    while day:
        ready = [one for one in day if one.is_complete]
        standings = growth.standings.get(day[0].closing_on, [])
        rings = ((at.position, ring(ready, at.balance_minor)) for at in standings)
        behind, found = next(((at, found) for at, found in rings if found), (0, []))
        if not found:
            return
        growth.insert(found, behind=behind)
        for one in found:
            day.remove(one)


def _trail(statements: Sequence[Unproved], opening_minor: int) -> list[Unproved]:
    """A whole day in its order; empty when there is none or one of its statements is incomplete."""
    return trail(statements, opening_minor) if all(one.is_complete for one in statements) else []
