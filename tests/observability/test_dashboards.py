"""What is on disk is what dashboards.py says, and Grafana finds it where docker-compose.yml puts it."""

import json
from pathlib import Path

import pytest
import yaml

from deploy.observability.__main__ import FOLDER, written

CHECKOUT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
GRAFANA = FOLDER.parent


def test_what_grafana_reads_is_what_the_code_says() -> None:
    """After a change: python -m deploy.observability."""
    assert {file: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")} == written()


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_each_panel_asks_our_source_and_has_a_number_of_its_own(file: Path) -> None:
    """The source is the one that datasources.yaml makes."""
    panels = json.loads(file.read_text(encoding="utf-8"))["panels"]
    (source,) = yaml.safe_load((GRAFANA / "datasources.yaml").read_text())["datasources"]
    asked = {target["datasource"]["uid"] for panel in panels for target in panel.get("targets", ())}
    assert asked == {source["uid"]}
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_grafana_finds_every_file_where_it_is_mounted() -> None:
    """Sources, providers and dashboards, and the dashboard that it opens first."""
    grafana = COMPOSE["services"]["grafana"]
    mounted = {
        inside: outside
        for outside, inside, _ in (one.split(":") for one in grafana["volumes"] if ":ro" in one)
    }
    assert all((CHECKOUT / outside).exists() for outside in mounted.values())
    (provider,) = yaml.safe_load((GRAFANA / "dashboards.yaml").read_text())["providers"]
    assert (CHECKOUT / mounted[provider["options"]["path"]]).resolve() == FOLDER
    opened = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert f"{opened.parent}" == provider["options"]["path"]
    assert (FOLDER / opened.name).exists()
