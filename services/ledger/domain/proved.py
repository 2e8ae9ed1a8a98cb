"""The unbroken run of an account's proved statements, and how it grows: at its ends, and in between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
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
    """The two ends of a run, and their positions in it."""

    first_opening_minor: int
    first_closing_on: date
    first_position: int
    last_closing_minor: int
    last_closing_on: date
    last_position: int


class Standing(NamedTuple):
    """What an account holds behind a proved statement: where others may be put."""

    position: int
    balance_minor: int


class Moved(NamedTuple):
    """All statements of an account behind a position went `by` positions further, to make room."""

    account: str
    behind: int
    by: int


Standings = Mapping[tuple[str, date], Sequence[Standing]]
"""By account and day: behind the last statement before the day, and behind each of the day's own, in their order."""


def days_within(unproved: Iterable[Unproved], runs: Mapping[str, Proved]) -> set[tuple[str, date]]:
    """The accounts and days of statements that come late: of which the standings are needed."""
    return {
        (one.account, one.closing_on)
        for one in unproved
        if (run := runs.get(one.account)) and run.first_closing_on <= one.closing_on <= run.last_closing_on
    }


@dataclass
class Growth:
    """A run that grows: where it stands now, the positions that statements got, and those that had to move."""

    account: str
    run: Proved
    standings: dict[date, list[Standing]]
    positions: dict[UUID, int] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)

    def append(self, one: Unproved) -> None:
        """Put a statement behind the last one."""
        self.run = replace(
            self.run,
            last_closing_minor=one.closing_minor,
            last_closing_on=one.closing_on,
            last_position=self.run.last_position + 1,
        )
        self._stand(one, self.run.last_position)

    def prepend(self, one: Unproved) -> None:
        """Put a statement before the first one."""
        self.run = replace(
            self.run,
            first_opening_minor=one.opening_minor,
            first_closing_on=one.closing_on,
            first_position=self.run.first_position - 1,
        )
        self._stand(one, self.run.first_position)

    def insert(self, ring: Sequence[Unproved], *, behind: int) -> None:
        """Put statements that bring the balance back to where it was behind a position; what follows makes room."""
        by = len(ring)
        self.moved.append(Moved(self.account, behind, by))
        self.run = replace(self.run, last_position=self.run.last_position + by)
        self.positions = {id: at + by if at > behind else at for id, at in self.positions.items()}
        self.standings = {
            day: [Standing(at + by if at > behind else at, balance) for at, balance in standings]
            for day, standings in self.standings.items()
        }
        for position, one in enumerate(ring, start=behind + 1):
            self._stand(one, position)

    def _stand(self, one: Unproved, position: int) -> None:
        self.positions[one.statement_id] = position
        self.standings.setdefault(one.closing_on, []).append(Standing(position, one.closing_minor))
