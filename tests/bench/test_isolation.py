"""The benchmark of isolation: what it measures, what it judges, and that its disturbances disturb."""

import pytest

from deploy.trials.bench.figure import Figure
from deploy.trials.bench.ground import QUIET
from deploy.trials.bench.isolation import GOAL, run, worst
from deploy.trials.bench.percentiles import percentile
from deploy.trials.bench.quiet_load import moments_of


def figure(name: str, *, ratio: float, is_quiet: bool = False) -> Figure:
    return Figure(
        name=f"isolation-{name}", title=name, goal=GOAL, samples=(ratio,), is_met_otherwise=is_quiet
    )


def test_the_quiet_load_is_fixed_beforehand_and_the_same_each_time() -> None:
    """Open loop: each lane has one fact in each equal part of the time, whatever the system does."""
    first = moments_of(["05", "09"], per_second=5, seconds=2, seed=3)
    assert first == moments_of(["05", "09"], per_second=5, seconds=2, seed=3)
    for moments in first.values():
        assert [int(moment * 5) for moment in moments] == list(range(10))


def test_a_percentile_is_a_value_that_was_seen() -> None:
    """Nearest rank: of five hundred, the 99th percentile is the one that only five exceed."""
    values = [float(number) for number in range(500, 0, -1)]
    assert percentile(values, 99) == 495
    assert percentile([7.0], 99) == 7


def test_the_worst_case_is_one_that_is_not_good_enough() -> None:
    """A high ratio of a few milliseconds is quiet; a lower one that people feel is not."""
    quiet, felt = figure("flood", ratio=4.0, is_quiet=True), figure("lock", ratio=2.5)
    found = worst([figure("hang", ratio=1.1), quiet, felt])
    assert (found.name, found.details["case"], found.is_met) == ("isolation", "lock", False)


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    """A short run of three cases: too short for figures to mean anything."""
    return {found.name: found for found in run(rounds=1, seconds=1, cases=("flood", "hang", "lock"))}


def test_each_case_counts_every_quiet_event_on_both_sides(figures: dict[str, Figure]) -> None:
    """Every fact of the quiet lanes is posted, once, beside each disturbance and without it."""
    assert list(figures) == ["isolation-flood", "isolation-hang", "isolation-lock", "isolation"]
    assert {found.details["events"] for found in figures.values()} == {5 * len(QUIET)}


def test_a_flooded_lane_never_runs_dry(figures: dict[str, Figure]) -> None:
    """The flood is above what the lane can take: thousands wait from the beginning to the end."""
    assert figures["isolation-flood"].details["backlog_min"] > 10_000


@pytest.mark.parametrize("case", ["hang", "lock"])
def test_a_lane_is_really_held_up(figures: dict[str, Figure], case: str) -> None:
    """While the quiet lanes are watched, a statement of the ledger waits for what does not come."""
    assert figures[f"isolation-{case}"].details["held"] == 1
