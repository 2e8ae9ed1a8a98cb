"""A benchmark's result: what was measured beside what, and whether it is enough (docs/performance.md)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from deploy.trials.bench.machine import machine


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must reach and what it aims at. `at_most`: the smaller, the better."""

    must: float
    aim: float
    at_most: bool = False

    def is_met(self, value: float) -> bool:
        """Whether a value is good enough."""
        return value <= self.must if self.at_most else value >= self.must


@dataclass(frozen=True, slots=True)
class Sample:
    """One round: the work's figure beside its yardstick's, in the same unit."""

    work: float
    yardstick: float

    @property
    def ratio(self) -> float:
        return self.work / self.yardstick


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure's work must stay within, whatever its rate: a line of its own in the table, `name` in JSON."""

    name: str
    title: str
    goal: Goal
    samples: tuple[float, ...]
    unit: str

    @property
    def worst(self) -> float:
        """The sample that is judged: a bound holds in every round."""
        return (max if self.goal.at_most else min)(self.samples)

    @property
    def is_met(self) -> bool:
        return self.goal.is_met(self.worst)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `samples` are ratios, or plain values where there is no yardstick.

    `ratio` is the median, unless given: it is what `goal` judges. `unit` names what `work` and `yardstick` count
    (`events/s`); both are medians over the rounds. `details` are further readings, for people and for JSON.
    """

    name: str
    title: str
    goal: Goal
    samples: tuple[float, ...]
    unit: str = ""
    work: float | None = None
    yardstick: float | None = None
    details: dict[str, Any] = field(default_factory=dict)
    judged: float | None = None
    is_met_otherwise: bool = False
    """A goal may be met another way (50 ms are quiet, whatever the ratio)."""

    bounds: tuple[Bound, ...] = ()
    """What must hold besides: one that does not makes the figure not good enough."""

    facts: dict[str, Any] = field(default_factory=dict)
    """What must be exact, beside what is fast: at the top of the JSON object."""

    faults: tuple[str, ...] = ()
    """What is wrong, in sentences for people: then no figure is good enough."""

    @property
    def ratio(self) -> float:
        return median(self.samples) if self.judged is None else self.judged

    @property
    def is_met(self) -> bool:
        """Whether everything is good enough: what the exit code says."""
        return self.is_met_but_for_bounds and all(bound.is_met for bound in self.bounds)

    @property
    def is_met_but_for_bounds(self) -> bool:
        return not self.faults and (self.goal.is_met(self.ratio) or self.is_met_otherwise)

    def as_json(self) -> dict[str, Any]:
        """One object: name, ratio, must, aim, median, min, max, samples, machine, bounds, and what else was read."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 4),
            **asdict(self.goal),
            "met": self.is_met,
            "median": round(median(self.samples), 4),
            "min": round(min(self.samples), 4),
            "max": round(max(self.samples), 4),
            "samples": [round(sample, 4) for sample in self.samples],
            "unit": self.unit,
            "work": self.work,
            "yardstick": self.yardstick,
            **{bound.name: bound.worst for bound in self.bounds},
            **{f"{bound.name}_must": bound.goal.must for bound in self.bounds},
            **self.facts,
            "faults": list(self.faults),
            "details": self.details,
            "machine": machine(),
        }


def compared(
    name: str,
    title: str,
    goal: Goal,
    samples: Sequence[Sample],
    *,
    unit: str,
    bounds: Sequence[Bound] = (),
    **details: Any,
) -> Figure:
    """The figure of alternating rounds: the median of the rounds' ratios."""
    return Figure(
        name=name,
        title=title,
        goal=goal,
        samples=tuple(sample.ratio for sample in samples),
        unit=unit,
        work=median(sample.work for sample in samples),
        yardstick=median(sample.yardstick for sample in samples),
        bounds=tuple(bounds),
        details=details,
    )
