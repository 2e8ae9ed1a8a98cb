"""What the bank files will say: promises and statements that follow from a seed alone.

Nothing here asks the platform: this is the count that the two others are held against.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from shared.values import NATIONAL, lanes

LINES_A_DAY = 100
PROMISES_A_DAY = 10
TERRITORIES = 24
"""Enough lanes for replicas to share, few enough that each has several lines in every statement."""

PAYABLE = 200
"""Promises that money still comes for: savers pay what they promised lately."""


class Fate(StrEnum):
    """What a line must turn out to be (the fates of pledges, by their own names)."""

    RECEIVED = "received"
    RETURNED = "returned"
    FEE = "fee"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class PlannedPromise:
    """A promise. `key` makes it one promise, however often it is sent."""

    number: int
    key: str
    territory: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of a statement, signed as the account sees it, and the promise that it names."""

    fate: Fate
    territory: str
    movement_minor: int
    promise: PlannedPromise | None = None
    in_free_text: bool = False


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """New promises, then the statement of a day. Each line's place in it is its place here."""

    number: int
    promises: tuple[PlannedPromise, ...]
    lines: tuple[PlannedLine, ...]


@dataclass
class Plan:
    """The days of one seed, one after the other, without an end."""

    seed: int
    lines_a_day: int = LINES_A_DAY
    territories: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        codes = [code for code in lanes() if code != NATIONAL]
        self.territories = tuple(random.Random(self.seed).sample(codes, TERRITORIES))  # noqa: S311

    def days(self) -> Iterator[PlannedDay]:
        """The same for the same seed."""
        chance = random.Random(self.seed)  # noqa: S311 - a load that can be repeated, no secret
        payable: list[PlannedPromise] = []
        paid_once: list[PlannedLine] = []
        promises = day = 0
        while True:
            day += 1
            new = tuple(self._promise(chance, promises + number) for number in range(1, PROMISES_A_DAY + 1))
            promises += len(new)
            payable = [*payable, *new[1:]][-PAYABLE:]
            once = _received(
                chance, new[0]
            )  # the only money for this promise: what it may give back is certain
            lines = [once, *(self._line(chance, payable, paid_once) for _ in range(self.lines_a_day - 1))]
            paid_once.append(once)
            yield PlannedDay(number=day, promises=new, lines=tuple(lines))

    def _promise(self, chance: random.Random, number: int) -> PlannedPromise:
        return PlannedPromise(
            number=number,
            key=f"chaos-{self.seed:08d}-{number:08d}",
            territory=self.territories[number % len(self.territories)],
            amount_minor=chance.randint(100, 100_000),
        )

    def _line(
        self, chance: random.Random, payable: list[PlannedPromise], paid_once: list[PlannedLine]
    ) -> PlannedLine:
        drawn = chance.random()
        amount = chance.randint(500, 50_000)
        if drawn < 0.04:
            return PlannedLine(Fate.SUSPENDED, NATIONAL, amount)
        if drawn < 0.05:
            return PlannedLine(Fate.SUSPENDED, NATIONAL, -amount)
        if drawn < 0.06:
            return PlannedLine(Fate.FEE, NATIONAL, -chance.randint(50, 2_000))
        if drawn < 0.08 and paid_once:
            paid = paid_once.pop(chance.randrange(len(paid_once)))
            part = paid.movement_minor if chance.random() < 0.5 else paid.movement_minor // 2
            return PlannedLine(Fate.RETURNED, paid.territory, -part, paid.promise)
        return _received(chance, chance.choice(payable))


def _received(chance: random.Random, promise: PlannedPromise) -> PlannedLine:
    return PlannedLine(
        fate=Fate.RECEIVED,
        territory=promise.territory,
        movement_minor=chance.randint(500, 50_000),
        promise=promise,
        in_free_text=chance.random() < 0.2,
    )
