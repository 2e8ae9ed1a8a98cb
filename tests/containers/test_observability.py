"""Profile `observability` on a platform that works: what dashboards and alerts ask, Prometheus answers."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from deploy.containers.engine import docker
from deploy.local.broker import SERVICES
from deploy.observability.expressions import expressions
from tests.exact_totals import day_of_transfers, expect_exactly, received
from tests.in_containers import InContainers
from tests.running import eventually

pytestmark = pytest.mark.engine

Ask = Callable[[str], Any]
PROGRAMS = {f"milliard/{name}" for name in (*SERVICES, "bus-keeper")}


@pytest.fixture(scope="module")
def ask(in_containers: InContainers) -> Ask:
    """`ask(path)`: what Prometheus's API answers, on a platform that has just posted a statement."""
    before = received(in_containers)
    day = day_of_transfers(in_containers, lines=60)
    in_containers.milliard("bank", "import", in_containers.written(day))
    expect_exactly(in_containers, day, before=before)
    (prometheus,) = in_containers.site.containers("prometheus")

    def ask(path: str) -> Any:
        said = docker("exec", prometheus, "wget", "-q", "-O", "-", f"http://127.0.0.1:9090/api/v1/{path}")
        return json.loads(said)["data"]

    def seen() -> set[str]:
        return {one["metric"]["job"] for one in ask("query?query=process_cpu_time_seconds_total")["result"]}

    eventually(lambda: seen() >= PROGRAMS, seconds=60)
    return ask


QUIET = {
    "apercu · Converti · A",
    "apercu · Versé · A",
    "apercu · Quelles alertes sonnent ? · A",
    "programmes · Combien échouent par notre faute ? · A",
    "territoire · Converti · A",
    "territoire · Versé · A",
    "territoire · Combien d’événements sont mis de côté ? · A",
}
"""Panels that have nothing to show where all is well and nothing was converted or paid out."""


@pytest.mark.parametrize("name", list(expressions()))
def test_every_question_is_understood(ask: Ask, name: str) -> None:
    """Panels and alerts: what Prometheus refuses would be an empty panel, or an alert that never comes."""
    assert ask(f"query?query={quote(expressions()[name])}")["resultType"] == "vector"


@pytest.mark.parametrize(
    "name", [one for one in expressions() if not one.startswith("alertes") and one not in QUIET]
)
def test_every_panel_shows_something(ask: Ask, name: str) -> None:
    """Under the names that are really measured, of a platform that works."""
    eventually(lambda: ask(f"query?query={quote(expressions()[name])}")["result"])


def test_every_rule_is_evaluated_and_silent(ask: Ask) -> None:
    """A platform that is well rings no bell."""
    rules = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
    eventually(lambda: all(rule["health"] == "ok" for rule in rules))
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []
