"""What quiet lanes feel of a lane that is flooded, poisoned, hangs, is locked or whose stream is full.

The same quiet load with and without the disturbance, in turn; latency from the moment at which an event was to
happen until its entry is there (`quiet_load`). A quiet lane's slowest hundredth is judged, beside the undisturbed
one's; below 50 ms nobody waits, whatever the ratio.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from deploy.trials.apart import Apart, apart
from deploy.trials.bench.bad_traffic import flood, poison
from deploy.trials.bench.figure import Figure, Goal
from deploy.trials.bench.full_stream import full
from deploy.trials.bench.ground import QUIET, QUIET_PER_SECOND, Ground, ground, start_pledges
from deploy.trials.bench.held_up import hang, lock
from deploy.trials.bench.percentiles import percentile
from deploy.trials.stage import stage

GOAL = Goal(must=2.0, aim=1.3, at_most=True)
QUIET_ENOUGH_MS = 50.0
ENOUGH_EVENTS = 500
"""On each side of a case: the slowest hundredth is then five events, not one."""

Disturbance = Callable[[Ground], AbstractAsyncContextManager[dict[str, Any]]]

CASES: dict[str, tuple[str, Disturbance]] = {
    "flood": ("une voie débordée", flood),
    "poison": ("deux voies empoisonnées", poison),
    "hang": ("une voie bloquée dans son traitement", hang),
    "lock": ("une voie aux lignes verrouillées", lock),
    "full": ("une voie au flux plein, du formulaire à l’écriture", full),
}


@dataclass
class Side:
    """What was observed on one side of a case: the latencies of each round, and how finely time was seen."""

    rounds: list[list[float]] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)

    @property
    def latencies(self) -> list[float]:
        return [latency for one in self.rounds for latency in one]

    def add(self, observed: dict[str, Any]) -> None:
        self.rounds.append(observed["latencies_ms"])
        self.looks.append(observed["look_ms"])


def run(
    *,
    rounds: int = 3,
    processes: int = 1,
    hanging: int = 1,
    seconds: float | None = None,
    cases: Sequence[str] = (),
) -> list[Figure]:
    """One figure for each case, and the worst of them as `isolation`.

    Each side of a round lasts `seconds`, by default what makes enough events.
    """
    chosen = list(cases or CASES)
    lasting = seconds or math.ceil(ENOUGH_EVENTS / (rounds * QUIET_PER_SECOND * len(QUIET)))
    with stage(["ledger", "pledges"] if "full" in chosen else ["ledger"]) as found:
        figures = asyncio.run(_measure(found, chosen, rounds, lasting, processes=processes, hanging=hanging))
    return [*figures, worst(figures)]


async def _measure(
    stage: Any, cases: Sequence[str], rounds: int, seconds: float, *, processes: int, hanging: int
) -> list[Figure]:
    figures = []
    async with (
        ground(stage, processes=processes, hanging=hanging) as found,
        apart("deploy.trials.bench.quiet_load", environment={}) as load,
    ):
        by_bus = {"nats_url": stage.broker.url_for("pledges")}
        for case in cases:
            way = {"socket": await start_pledges(stage)} if case == "full" else by_bus
            await _observe(found, load, seconds=1, seed=0, **way)  # whatever happens the first time only
            figures.append(await _case(found, load, case, rounds=rounds, seconds=seconds, way=way))
    return figures


async def _case(
    ground: Ground, load: Apart, case: str, *, rounds: int, seconds: float, way: dict[str, str]
) -> Figure:
    alone, beside, readings = Side(), Side(), {}
    title, disturbance = CASES[case]
    for turn in range(rounds):
        for disturbed in (True, False) if turn % 2 else (False, True):
            if disturbed:
                async with disturbance(ground) as readings:
                    beside.add(await _observe(ground, load, seconds=seconds, seed=turn, **way))
            else:
                alone.add(await _observe(ground, load, seconds=seconds, seed=turn, **way))
    return _figure(case, title, alone, beside, readings)


async def _observe(ground: Ground, load: Apart, *, seconds: float, seed: int, **way: str) -> dict[str, Any]:
    return await load.ask(
        database_url=ground.stage.cluster.app_url("ledger"),
        lanes=QUIET,
        per_second=QUIET_PER_SECOND,
        seconds=seconds,
        seed=seed,
        **way,
    )


def _figure(case: str, title: str, alone: Side, beside: Side, readings: dict[str, Any]) -> Figure:
    quiet, disturbed = percentile(alone.latencies, 99), percentile(beside.latencies, 99)
    return Figure(
        name=f"isolation-{case}",
        title=title,
        goal=GOAL,
        samples=tuple(
            percentile(there, 99) / percentile(here, 99)
            for here, there in zip(alone.rounds, beside.rounds, strict=True)
        ),
        unit="ms (p99)",
        work=round(disturbed, 2),
        yardstick=round(quiet, 2),
        judged=disturbed / quiet,
        is_met_otherwise=disturbed <= QUIET_ENOUGH_MS,
        details={
            "p50_ms": round(percentile(beside.latencies, 50), 2),
            "p99_ms": round(disturbed, 2),
            "max_ms": round(max(beside.latencies), 2),
            "undisturbed_p50_ms": round(percentile(alone.latencies, 50), 2),
            "undisturbed_p99_ms": round(quiet, 2),
            "undisturbed_max_ms": round(max(alone.latencies), 2),
            "events": len(beside.latencies),
            "look_ms": max(beside.looks),
            **readings,
        },
    )


def worst(figures: Sequence[Figure]) -> Figure:
    """The case that isolates least: one that is not good enough, else the one with the highest ratio."""
    found = max(figures, key=lambda figure: (not figure.is_met, figure.ratio))
    case = found.name.removeprefix("isolation-")
    return replace(
        found, name="isolation", title=f"isolation, au pire : {case}", details={"case": case, **found.details}
    )
