"""What `docker compose run --rm setup` writes. No engine is needed."""

import json
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.containers.setup import prepare
from deploy.local.broker import SERVICES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it writes, in a repository of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "var" / "containers"


def files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (folder / "secrets").iterdir()}


def test_only_the_owner_enters_and_every_container_reads_its_files(folder: Path) -> None:
    """The folder is 0700; the files, which are mounted one by one for users of many numbers, are 0444."""
    prepare(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (folder / "secrets").iterdir()} == {0o444}


def test_again_it_changes_no_secret(folder: Path) -> None:
    """An upgrade runs it again: the same secrets, and configurations that are made from them."""
    prepare(folder)
    first = files(folder)
    prepare(folder)
    assert files(folder) == first


def test_every_service_has_secrets_of_its_own(folder: Path) -> None:
    """No password opens two doors."""
    prepare(folder)
    found = files(folder)
    urls = [value for name, value in found.items() if name.endswith("_url")]
    passwords = [urlsplit(url).password for url in urls] + [
        found[f"milliard_{service}_secret"] for service in SERVICES
    ]
    assert len(set(passwords)) == len(passwords) > 20


def test_the_broker_knows_every_password_that_a_service_is_told(folder: Path) -> None:
    """Its configuration is rendered from the same secrets."""
    prepare(folder)
    found = files(folder)
    told = [urlsplit(url).password or "" for name, url in found.items() if name.endswith("nats_url")]
    assert [password for password in told if f'"{password}"' not in found["broker.conf"]] == []


def test_a_cluster_is_named_whole_in_every_address(folder: Path) -> None:
    """Three brokers, each with the routes of all; a client goes on to the next one."""
    prepare(folder, nodes=3)
    found = files(folder)
    assert {"broker.conf", "broker-2.conf", "broker-3.conf"} <= set(found)
    assert found["broker-2.conf"].count("@broker") == 3
    assert [urlsplit(url).hostname for url in found["milliard_ledger_nats_url"].split(",")] == [
        "broker",
        "broker-2",
        "broker-3",
    ]


def test_one_broker_is_told_of_no_other(folder: Path) -> None:
    """Without the cluster each of the three files is of a broker alone, and addresses name the first one only."""
    prepare(folder)
    found = files(folder)
    brokers = ("broker.conf", "broker-2.conf", "broker-3.conf")
    assert [name for name in brokers if "cluster {" in found[name]] == []
    assert urlsplit(found["milliard_ledger_nats_url"]).netloc.endswith("@broker:4222")


def test_commands_find_every_service(folder: Path) -> None:
    """The operator's facts name an address of each."""
    prepare(folder)
    facts = json.loads(files(folder)["platform.json"])
    assert facts["services"]["ledger"] == "http://ledger:8000"
    assert set(facts["services"]) == set(SERVICES)
