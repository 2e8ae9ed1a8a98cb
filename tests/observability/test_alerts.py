"""Alerts say what is wrong, to whom, and what to do; collector and Prometheus find one another."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.broker import SERVICES
from deploy.observability.expressions import HERE, alerts, expressions

CHECKOUT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
MEASURES = re.compile(r"\b(?:milliard|http_server|db_client|process)_\w+")


def read(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_happened_and_what_to_do(rule: dict[str, Any]) -> None:
    """One sentence, one remedy, and whether it is worth waking up for."""
    assert set(rule["annotations"]) == {"summary", "description"}
    assert rule["labels"]["severity"] in {"maintenant", "demain"}
    assert rule["for"]


def test_every_program_is_missed_when_it_is_silent() -> None:
    """The five services and the keeper."""
    expected = {f"milliard/{name}" for name in (*SERVICES, "bus-keeper")}
    assert set(re.findall(r'job="([^"]+)"', expressions()["alertes · ProgrammeMuet"])) == expected


@pytest.mark.parametrize("name", list(expressions()))
def test_what_is_asked_is_what_the_docs_say_is_measured(name: str) -> None:
    """A measure that was renamed is renamed here too: its panel would be empty, its alert silent."""
    documented = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    asked = {
        re.sub("_(bucket|count)$", "", found) if found.startswith("http_") or "_bucket" in found else found
        for found in MEASURES.findall(expressions()[name])
    }
    assert {found for found in asked if f"`{found}`" not in documented} == set()


def test_collector_and_prometheus_find_one_another() -> None:
    """Programs are told the collector's port, Prometheus asks where it shows."""
    collector, prometheus = read("collector.yaml"), read("prometheus.yaml")
    (scraped,) = prometheus["scrape_configs"]
    shown = collector["exporters"]["prometheus"]["endpoint"].rpartition(":")[2]
    assert scraped["static_configs"] == [{"targets": [f"collector:{shown}"]}]
    assert collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].endswith(":4318")
    assert scraped["honor_labels"] is True


def test_prometheus_finds_what_it_is_told_to_read() -> None:
    """Its configuration and the alerts, under the names that it is started with."""
    started = COMPOSE["services"]["prometheus"]
    mounted = {
        inside: CHECKOUT / outside for outside, inside, *_ in (one.split(":") for one in started["volumes"])
    }
    (config,) = [word.partition("=")[2] for word in started["command"] if word.startswith("--config.file")]
    assert mounted[config] == HERE / "prometheus.yaml"
    (rules,) = read("prometheus.yaml")["rule_files"]
    assert mounted[rules] == HERE / "alerts.yaml"
