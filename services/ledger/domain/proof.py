"""Which statements are proved: complete, and each opening where the one before it closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
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
    last_position: int


def next_proved(unproved: Iterable[Unproved], *, runs: Mapping[str, Proved]) -> dict[UUID, int]:
    """The statements that are proved now, each with its position in the account's run.

    `unproved` comes sorted by account and closing day. A day's statements are put in the order in which their
    balances follow. One that is missing or incomplete holds back all that come after it; one from before the
    run began, imported late, goes before its start.
    """
    proved: dict[UUID, int] = {}
    for account, statements in groupby(unproved, key=lambda one: one.account):
        waiting = list(statements)
        run = runs.get(account) or _start(waiting, proved)
        if run is not None:
            run = _extend_backwards(run, waiting, proved)
            _extend_forwards(run, waiting, proved)
    return proved


def _start(waiting: list[Unproved], proved: dict[UUID, int]) -> Proved | None:
    """A run of one: the account's earliest statement, if it is complete."""
    day = [one for one in waiting if one.closing_on == waiting[0].closing_on]
    closings = {one.closing_minor for one in day if one.closing_minor != one.opening_minor}
    first = next((one for one in day if one.opening_minor not in closings), day[0])
    if not first.is_complete:
        return None
    waiting.remove(first)
    proved[first.statement_id] = 0
    return Proved(first.opening_minor, first.closing_on, 0, first.closing_minor, 0)


def _extend_backwards(run: Proved, waiting: list[Unproved], proved: dict[UUID, int]) -> Proved:
    while earlier := next(
        (
            one
            for one in waiting
            if one.is_complete
            and one.closing_on <= run.first_closing_on
            and one.closing_minor == run.first_opening_minor
            and one.opening_minor != run.last_closing_minor
        ),
        None,
    ):
        waiting.remove(earlier)
        run = replace(
            run,
            first_opening_minor=earlier.opening_minor,
            first_closing_on=earlier.closing_on,
            first_position=run.first_position - 1,
        )
        proved[earlier.statement_id] = run.first_position
    return run


def _extend_forwards(run: Proved, waiting: list[Unproved], proved: dict[UUID, int]) -> None:
    for _, of_day in groupby(waiting, key=lambda one: one.closing_on):
        day = list(of_day)
        while found := next(
            (one for one in day if one.is_complete and one.opening_minor == run.last_closing_minor), None
        ):
            day.remove(found)
            run = replace(run, last_closing_minor=found.closing_minor, last_position=run.last_position + 1)
            proved[found.statement_id] = run.last_position
        if day:
            return
