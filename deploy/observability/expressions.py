"""Everything that Prometheus is asked: by panels of dashboards, and by alerts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CHOSEN = {"$territory": "75", "$job": "milliard/.*", "$__rate_interval": "1m"}
"""What somebody who looks at a dashboard may have chosen."""


def expressions() -> dict[str, str]:
    """Each expression, ready to be asked, by where it stands: « apercu · Promis · A », « alertes · ProgrammeMuet »."""
    return dict(_of_dashboards()) | dict(_of_alerts())


def _of_dashboards() -> Iterator[tuple[str, str]]:
    for file in sorted((HERE / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                yield f"{file.stem} · {panel['title']} · {target['refId']}", _chosen(target["expr"])


def _of_alerts() -> Iterator[tuple[str, str]]:
    for rule in alerts():
        yield f"alertes · {rule['alert']}", rule["expr"]


def alerts() -> list[dict[str, Any]]:
    """The rules of alerts.yaml, as Prometheus reads them."""
    groups = yaml.safe_load((HERE / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _chosen(expression: str) -> str:
    for name, value in CHOSEN.items():
        expression = expression.replace(name, value)
    return expression
