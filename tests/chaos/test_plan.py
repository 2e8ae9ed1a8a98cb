"""What the bank files will say follows from the seed, and so do the faults."""

from itertools import islice

from deploy.trials.chaos.faults import KILLS, OTHERS
from deploy.trials.chaos.plan import Fate, Plan
from deploy.trials.chaos.schedule import schedule


def test_a_seed_says_the_same_days_again() -> None:
    """The same seed gives the same promises and lines, another seed others."""
    first, again, other = (list(islice(Plan(seed=seed).days(), 5)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_a_day_has_every_kind_of_line() -> None:
    """Receipts, returns, fees, and money in and out that nothing explains, come in a few days."""
    lines = [line for day in islice(Plan(seed=1).days(), 20) for line in day.lines]
    assert {line.fate for line in lines} == set(Fate)
    assert {line.movement_minor > 0 for line in lines if line.fate is Fate.SUSPENDED} == {True, False}


def test_nothing_is_given_back_that_was_not_received() -> None:
    """A return names a promise that was paid exactly once, before, with at least as much."""
    received: dict[int, list[int]] = {}
    for day in islice(Plan(seed=2).days(), 50):
        for line in day.lines:
            if line.fate is Fate.RETURNED:
                assert line.promise is not None
                (paid,) = received[line.promise.number]
                assert 0 < -line.movement_minor <= paid
        for line in day.lines:
            if line.fate is Fate.RECEIVED and line.promise is not None:
                received.setdefault(line.promise.number, []).append(line.movement_minor)


def test_a_schedule_has_its_kills_and_every_kind_of_fault() -> None:
    """Fifty kills are fifty, with others between them, each kind several times."""
    kinds = list(schedule(kills=50, seed=1))
    assert sum(kind in KILLS for kind in kinds) == 50
    assert set(kinds) == KILLS.keys() | OTHERS.keys()
    assert kinds == list(schedule(kills=50, seed=1))


def test_a_schedule_may_be_of_some_kinds_only() -> None:
    """What is asked for alone comes alone."""
    assert list(schedule(kills=3, seed=1, only=["kill_broker"])) == ["kill_broker"] * 3
