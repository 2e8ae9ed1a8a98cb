"""`milliard lanes …` on the running platform, as an operator types it."""

import json
from typing import Any

import pytest

from tests.running import Running, eventually

LANE = "09"
"""A territory that no journey uses."""

BECAUSE = ("--because", "un contrôle des comptes")


@pytest.fixture(autouse=True)
def resumed(running: Running) -> Any:
    """Whatever a test paused goes on after it."""
    yield
    running.milliard("lanes", "resume", LANE)


def listed(running: Running, *options: str) -> Any:
    return json.loads(running.milliard("lanes", "list", "--json", *options).stdout)


def test_quiet_lanes_are_one_line_for_each_service(running: Running) -> None:
    """And nothing waits: code 0."""
    eventually(lambda: running.milliard("lanes", "list").returncode == 0)
    said = running.milliard("lanes", "list").stdout
    assert said.count("autres files servent") == 5


def test_a_pause_of_all_services_is_listed_and_ends_with_code_1(running: Running) -> None:
    """Until it is resumed; status and history say the same."""
    done = running.milliard("lanes", "pause", LANE, *BECAUSE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("en pause") == 5
    assert running.milliard("lanes", "list").returncode == 1
    assert {one["lanes"][0]["state"] for one in listed(running)} == {"paused"}
    status = running.milliard("status")
    assert status.returncode == 1
    assert f"milliard lanes resume {LANE}" in status.stdout
    assert running.milliard("lanes", "resume", LANE).stdout.count("reprise") == 5
    told = running.milliard_json("lanes", "history", LANE)
    assert {(one["change"], one["service"]) for one in told[:10]} >= {
        (change, service)
        for change in ("paused", "resumed")
        for service in running.platform.facts["services"]
    }


def test_a_drained_lane_has_applied_what_was_published(running: Running) -> None:
    """What comes later waits, and is applied after the pause."""
    promised = int(running.progress(LANE)["promised_minor"])
    running.pledge(territory=LANE, euros=10)
    done = running.milliard("lanes", "drain", LANE, *BECAUSE, "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["drained"]) == 5
    assert json.loads(done.stdout)["left"] == []
    assert running.progress(LANE)["promised_minor"] == promised + 1000
    running.pledge(territory=LANE, euros=5)
    assert running.progress(LANE)["promised_minor"] == promised + 1000
    running.milliard("lanes", "resume", LANE)
    eventually(lambda: running.progress(LANE)["promised_minor"] == promised + 1500)


def test_a_drain_that_takes_too_long_says_what_it_waits_for(running: Running) -> None:
    """And changes nothing: the lane of a paused service cannot be drained while something waits in it."""
    running.milliard("lanes", "pause", LANE, *BECAUSE, "--service", "ledger")
    running.pledge(territory=LANE, euros=10)

    def waits() -> bool:
        [one] = listed(running, "--service", "ledger", "--territory", LANE)
        return bool(one["lanes"][0]["waiting"])

    eventually(waits)
    done = running.milliard("lanes", "drain", LANE, *BECAUSE, "--service", "ledger", "--timeout", "1")
    assert done.returncode == 1
    assert "1 événement(s) à appliquer, elle est en pause" in done.stderr


@pytest.mark.parametrize("wrong", [
    ("pause", "20", *BECAUSE), ("pause", LANE, "--because", "x"), ("pause", LANE), ("list", "--service", "nobody"),
])  # fmt: skip
def test_wrong_usage_is_code_2(running: Running, wrong: tuple[str, ...]) -> None:
    """An unknown territory or service, no reason."""
    assert running.milliard("lanes", *wrong).returncode == 2
