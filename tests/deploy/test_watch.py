"""Restarts and their delays."""

import time
from pathlib import Path

from deploy.local.child import Child
from deploy.local.watch import CALM_SECONDS, LONGEST_DELAY_SECONDS, Watch


def _ended(tmp_path: Path) -> Child:
    child = Child(name="server", command=["false"], log=tmp_path / "log")
    child.start()
    while not child.has_ended():
        time.sleep(0.01)
    return child


def test_a_crashed_child_is_started_again_after_a_delay(tmp_path: Path) -> None:
    """A crashed child is started again, not at once, and somebody is told."""
    child, said = _ended(tmp_path), list[str]()
    watch, now = Watch([child], say=said.append), time.monotonic()
    watch.look(now=now)
    assert child.has_ended()
    watch.look(now=now + 0.3)
    assert child.pid is not None
    assert "« server » s’est arrêté (code 1) : relance dans 0,2 s" in said[0]


def test_the_delay_doubles_up_to_its_limit(tmp_path: Path) -> None:
    """A child that crashes again and again is started less and less often, but never given up."""
    child, said = _ended(tmp_path), list[str]()
    watch, now = Watch([child], say=said.append), time.monotonic()
    for _ in range(9):
        watch.look(now=now)
        now += LONGEST_DELAY_SECONDS + 0.1
        watch.look(now=now)
        while not child.has_ended():
            time.sleep(0.01)
    delays = [sentence.split("relance dans ")[1].split(" s")[0] for sentence in said]
    assert delays == ["0,2", "0,4", "0,8", "1,6", "3,2", "6,4", "10,0", "10,0", "10,0"]


def test_a_child_that_ran_long_starts_over_with_the_first_delay(tmp_path: Path) -> None:
    """After a calm time the next crash is the first again."""
    child, said = _ended(tmp_path), list[str]()
    watch, now = Watch([child], say=said.append), time.monotonic()
    for _ in range(3):
        watch.look(now=now)
        watch.look(now=now + LONGEST_DELAY_SECONDS)
        now += LONGEST_DELAY_SECONDS + CALM_SECONDS + 1
        while not child.has_ended():
            time.sleep(0.01)
    assert all("dans 0,2 s" in sentence for sentence in said)


def test_a_binary_that_is_gone_does_not_end_the_watch(tmp_path: Path) -> None:
    """A restart that the system refuses is told, and the other children are still watched."""
    child, said = _ended(tmp_path), list[str]()
    child.folder = tmp_path / "gone"
    watch, now = Watch([child], say=said.append), time.monotonic()
    watch.look(now=now)
    watch.look(now=now + 1)
    assert "ne peut pas être relancé" in said[-1]
