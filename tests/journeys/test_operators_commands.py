"""What an operator types: each command answers as JSON, and its exit code means something."""

import json
import os
import subprocess
from pathlib import Path

from tests.running import MILLIARD, Running, eventually


def test_a_calm_platform_has_nothing_to_say(running: Running) -> None:
    """Code 0, five services, every lane served, nothing parked."""
    eventually(lambda: running.milliard("status", "--json").returncode == 0)
    status = running.milliard_json("status")
    assert {one["service"] for one in status["services"]} == set(running.platform.facts["services"])
    assert status["attention"] == []
    lane = next(one for one in status["lanes"]["ledger"] if one["lane"] == "64")
    assert (lane["parked"], lane["breaker"]) == (0, "closed")
    assert "Tout va bien" in running.milliard("status").stdout


def test_nothing_is_parked(running: Running) -> None:
    """An empty list, code 0."""
    assert running.milliard_json("parked", "list") == []


def test_an_event_that_is_not_parked_is_a_sentence(running: Running) -> None:
    """Code 1 and French, for show and for replay."""
    for command in ("show", "replay"):
        done = running.milliard("parked", command, "987654321", "--service", "ledger")
        assert (done.returncode, done.stdout) == (1, "")
        assert "mis de côté" in done.stderr


def test_the_books_are_verified(running: Running) -> None:
    """Chains, balances and totals recomputed from the rows: no problem, code 0."""
    found = running.milliard_json("ledger", "verify")
    assert (found["verify"], found["problems"]) == ("ok", [])


def test_progress_is_the_page_in_figures(running: Running) -> None:
    """The command says what the API says; an unknown territory is wrong usage."""
    said = running.milliard_json("progress")
    assert {
        "target_minor",
        "promised_minor",
        "received_minor",
        "received_proved_on",
        "local_currency_minor",
        "converted_minor",
        "to_convert_minor",
    } < {*said}
    assert len(said["territories"]) == 110
    assert running.milliard_json("progress", "--territory", "64")["code"] == "64"
    assert running.milliard("progress", "--territory", "000").returncode == 2


def test_a_platform_that_does_not_run_is_code_3(tmp_path: Path) -> None:
    """One sentence that says what to do, and no traceback."""
    for command in (["status"], ["progress", "--json"], ["parked", "list"], ["ledger", "verify"]):
        done = subprocess.run(
            [MILLIARD, *command],
            env={**os.environ, "MILLIARD_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 3, command
        assert "make up" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_facts_of_the_platform_are_private(running: Running) -> None:
    """They hold passwords: only their owner reads them."""
    facts = running.platform.home / "run" / "platform.json"
    assert oct(facts.stat().st_mode & 0o777) == "0o600"
    assert json.loads(facts.read_text())["public_url"] == running.url
