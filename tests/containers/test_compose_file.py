"""docker-compose.yml: what each container is given and what it may. No engine is needed."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers import images
from deploy.containers.setup import prepare
from deploy.local.broker import SERVICES
from deploy.local.environments import PERSONAL

CHECKOUT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
FOR_OWNERS = {"setup", "backup", "restore"}
"""Run as root, by hand: what they write belongs to several. They have no network."""

MEASURES = {"prometheus", "grafana"}

OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"] in images.OURS}


def secrets_of(one: dict[str, Any]) -> set[str]:
    return {secret if isinstance(secret, str) else secret["source"] for secret in one.get("secrets", ())}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_secrets_only(service: str) -> None:
    """Its role in the database, its user of the bus, its secret; never the owner's role, never another one's."""
    expected = {
        "operator.pub",
        *(f"milliard_{service}_{kind}" for kind in ("database_url", "nats_url", "secret")),
    }
    if service in PERSONAL:
        expected.add(f"milliard_{service}_personal_nats_url")
    assert secrets_of(COMPOSE["services"][service]) == expected


def test_only_what_runs_commands_has_the_operators_key() -> None:
    """A service that is broken into cannot sign them."""
    holders = [name for name, one in COMPOSE["services"].items() if "operator.key" in secrets_of(one)]
    assert holders == ["campaign", "operator"]


@pytest.mark.parametrize("name", sorted(set(OURS) - FOR_OWNERS))
def test_our_programs_write_nowhere_and_may_nothing(name: str) -> None:
    """A file system that is read only, no capability, none to be had."""
    one = OURS[name]
    assert (one["read_only"], one["cap_drop"], one["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    assert "cap_add" not in one
    assert "user" not in one  # the image's own: not root


@pytest.mark.parametrize("name", sorted(FOR_OWNERS))
def test_what_is_run_as_root_is_run_by_hand_and_reaches_nobody(name: str) -> None:
    """It starts with nothing else, and has no network and only the rights over files."""
    one = COMPOSE["services"][name]
    assert (one["profiles"], one["network_mode"], one["cap_drop"]) == (["by-hand"], "none", ["ALL"])
    assert set(one["cap_add"]) == {"CHOWN", "DAC_OVERRIDE", "FOWNER"}


def test_a_backup_has_every_volume() -> None:
    """Each one is under /platform of `backup` and of `restore`: what is forgotten is lost. Measures may be."""
    for name in ("backup", "restore"):
        mounted = set(COMPOSE["services"][name]["volumes"])
        assert {f"{volume}:/platform/{volume}" for volume in set(COMPOSE["volumes"]) - MEASURES} <= mounted


def test_every_image_is_ours_or_has_a_stand_in() -> None:
    """What is started can be made where nothing can be pulled; all but Grafana's pages."""
    named = {one["image"] for one in COMPOSE["services"].values()}
    assert named - set(images.OURS) - set(images.STAND_INS) == {images.GRAFANA}


def test_only_the_page_the_mails_and_the_dashboards_are_published() -> None:
    """Database, broker and services are reached in their networks alone; mails and dashboards by this machine alone."""
    published = {name: one["ports"] for name, one in COMPOSE["services"].items() if "ports" in one}
    assert set(published) == {"gateway", "mail", "grafana"}
    assert all(port.startswith("127.0.0.1:") for name in ("mail", "grafana") for port in published[name])


def test_the_ways_to_broker_and_database_lead_nowhere_else() -> None:
    """Their networks are closed, and a gateway that is broken into is on neither."""
    assert all(COMPOSE["networks"][name]["internal"] for name in ("bus", "data", "telemetry"))
    assert COMPOSE["services"]["gateway"]["networks"] == ["front"]


def test_every_lasting_container_has_a_limit_of_memory() -> None:
    """One that grows without end ends alone."""
    lasting = {
        name: one for name, one in COMPOSE["services"].items() if one.get("restart") == "unless-stopped"
    }
    assert [name for name, one in lasting.items() if "mem_limit" not in one] == []
    assert set(SERVICES) < set(lasting)


@pytest.mark.parametrize("nodes", [1, 3])
def test_setup_writes_every_file_that_is_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nodes: int
) -> None:
    """The one command makes all that the file names, for one broker as for three: Compose warns of what is missing."""
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path / "var" / "containers", nodes=nodes)
    named = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert named <= {file.name for file in (tmp_path / "var" / "containers" / "secrets").iterdir()}
