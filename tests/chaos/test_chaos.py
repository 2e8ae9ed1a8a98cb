"""Short seeded runs: everything that may go wrong does, under load, and not one euro is lost or counted twice."""

from collections import Counter

import pytest

from deploy.trials.chaos.faults import FAULTS, KILLS
from deploy.trials.chaos.outcome import Outcome
from deploy.trials.chaos.report import as_json
from deploy.trials.chaos.schedule import schedule
from deploy.trials.chaos.trial import run


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """A run in which each kind of fault comes once, without waiting for the one before to heal."""
    kinds = list(schedule(kills=len(FAULTS), seed=5, only=FAULTS))
    return run(kinds=kinds, seed=5, lines_a_day=60, together=1.0)


def test_no_euro_is_lost_or_counted_twice(outcome: Outcome) -> None:
    """Bank files, pledges and ledger agree line by line; chains and balances are those of their rows."""
    assert outcome.count.problems == []
    assert (outcome.count.lost, outcome.count.double, outcome.count.unbalanced) == (0, 0, 0)


def test_every_kind_of_fault_happened_under_load(outcome: Outcome) -> None:
    """Each kind struck, what was killed was started again, and files came in before, between and after."""
    assert outcome.by_kind == dict.fromkeys(sorted(FAULTS), 1)
    assert outcome.restarts >= len(KILLS)
    assert outcome.statements > 10
    assert Counter(outcome.refusals).total() > 0, "no client noticed anything"


def test_the_report_says_what_happened(outcome: Outcome) -> None:
    """One object with the verdict, each fault with its moment, and how lanes came back."""
    said = as_json(outcome)
    assert (said["lost"], said["double"], said["unbalanced"], said["kills"]) == (0, 0, 0, len(KILLS))
    assert [one["kind"] for one in said["struck"]] == [one.kind for one in outcome.struck]
    assert said["totals_minor"]["bank"] == said["totals_minor"]["ledger"]
    assert said["home"] is None


def test_three_nodes_lose_nothing_when_one_dies_and_comes_back() -> None:
    """The same load on a cluster of three, streams with three copies, while one node is killed and comes back."""
    outcome = run(kinds=["kill_broker"], seed=6, nodes=3, lines_a_day=60, together=1.0)
    assert outcome.count.problems == []
    assert (outcome.kills, outcome.count.is_right) == (1, True)
