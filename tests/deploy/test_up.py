"""The whole launcher with stand-ins for the services: starts, restarts, and every way of ending."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.home import Home
from deploy.local.ports import free_port
from deploy.local.temporary import temporary_home

PLATFORM = Path(__file__).with_name("stand_in_platform.py")


class Launcher:
    """`milliard up` of one home, as a process."""

    def __init__(self, home: Path, *, port: int | None = None) -> None:
        self.home = home
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"

    def run(self, **environment: str) -> "subprocess.Popen[str]":
        """Start the process and leave it."""
        return subprocess.Popen(
            [sys.executable, PLATFORM],
            env={
                **os.environ,
                "MILLIARD_HOME": str(self.home),
                "MILLIARD_PORT": str(self.port),
                "PYTHONPATH": str(PLATFORM.parents[2]),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self) -> "subprocess.Popen[str]":
        """Start the process; returns when it has announced the page."""
        process = self.run()
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Pour tout arrêter"):
                return process
        raise AssertionError("".join(said))

    def platform(self) -> dict[str, Any]:
        """What the commands read."""
        told: dict[str, Any] = json.loads((self.home / "run" / "platform.json").read_text())
        return told

    def has_children(self) -> bool:
        """Whether any program of this home runs: each of them, and theirs, holds the lock."""
        with (self.home / "run" / "children.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def programs(self) -> dict[int, str]:
        """The launcher's children: their pids and commands."""
        pid = (self.home / "run" / "launcher.lock").read_text()
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "ppid=,pid=,args="], capture_output=True, text=True
        ).stdout
        lines = [line.split(maxsplit=2) for line in listed.splitlines()]
        return {int(child): command for parent, child, command in lines if parent == pid}


def eventually(happens: Callable[[], object], *, within_seconds: float = 15) -> bool:
    """Whether it happens in time."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        try:
            if happens():
                return True
        except (httpx.HTTPError, OSError):
            pass
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """A running platform."""
    with temporary_home() as (home, _):
        launcher = Launcher(home)
        process = launcher.start()
        yield launcher
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_each_path_reaches_its_service(launcher: Launcher) -> None:
    """The gateway sends each path to the service that owns it, and everything else to the ledger."""
    expected = {
        "/rejoindre": "members",
        "/connexion/abc": "members",
        "/api/members/openapi.json": "members",
        "/banque": "pledges",
        "/enquete/resultats": "pledges",
        "/besoins/1": "projects",
        "/api/notifications/x": "notifications",
        "/": "ledger",
        "/territoires/64": "ledger",
        "/moisson": "ledger",
    }
    told = {path: httpx.get(launcher.url + path).json()["service"] for path in expected}
    assert told == expected


def test_a_visitor_cannot_say_where_it_comes_from(launcher: Launcher) -> None:
    """A forwarded address that a visitor sends is dropped."""
    told = httpx.get(launcher.url, headers={"X-Forwarded-For": "203.0.113.9"}).json()
    assert told["forwarded"] == "127.0.0.1"


def test_a_service_is_given_its_own_secrets_only(launcher: Launcher) -> None:
    """A service sees no variable of another service, and no owner's password."""
    told = httpx.get(f"{launcher.url}/banque").json()["variables"]
    assert "MILLIARD_PLEDGES_DATABASE_URL" in told
    services = {
        name.split("_")[1] for name in told if name.split("_")[1].lower() in launcher.platform()["services"]
    }
    assert services == {"PLEDGES"}
    assert not any("OWNER" in name or "PERSONAL" in name or "TOPOLOGY" in name for name in told)


def test_the_sample_campaign_is_played_once(launcher: Launcher) -> None:
    """The first start of a home plays the campaign, and remembers it."""
    assert eventually((launcher.home / ".campaign-played").exists)


def test_a_second_start_says_where_the_first_one_is(launcher: Launcher) -> None:
    """A second start names the page that runs already, and is no failure."""
    second = launcher.run()
    said, _ = second.communicate(timeout=20)
    assert second.returncode == 0
    assert launcher.url in said
    assert "fonctionne déjà" in said


def test_two_homes_run_side_by_side(launcher: Launcher) -> None:
    """Another home on another port runs beside the first one, and stops without it."""
    with temporary_home() as (home, _):
        other = Launcher(home)
        process = other.start()
        assert httpx.get(other.url).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not other.has_children()
    assert httpx.get(launcher.url).status_code == 200


def test_a_taken_port_stops_the_start_before_anything_runs() -> None:
    """A taken port is told in a sentence, with a code other than 0, and nothing was started."""
    with temporary_home() as (home, _), socket.create_server(("127.0.0.1", 0)) as server:
        launcher = Launcher(home, port=server.getsockname()[1])
        process = launcher.run()
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 1
        assert f"Le port {launcher.port} est déjà pris" in said
        assert not (home / "logs").exists()


@pytest.mark.parametrize(
    "program", ["nats-server", "postgres", "caddy", "mailcatcher", "stand_in_service.py ledger"]
)
def test_a_killed_program_is_started_again(launcher: Launcher, program: str) -> None:
    """Whatever program is killed, it is back within seconds, at the same place."""
    (killed,) = [pid for pid, command in launcher.programs().items() if program in command]
    os.kill(killed, signal.SIGKILL)
    assert eventually(
        lambda: any(program in command and pid != killed for pid, command in launcher.programs().items())
    )
    assert eventually(lambda: httpx.get(launcher.url).status_code == 200)
    assert eventually(lambda: httpx.get(launcher.platform()["mail_url"]).status_code == 200)


def test_a_page_asked_for_while_its_service_restarts_is_waited_for(launcher: Launcher) -> None:
    """A service that is away for a moment costs its visitors a moment, not an error."""
    (killed,) = [
        pid for pid, command in launcher.programs().items() if "stand_in_service.py pledges" in command
    ]
    os.kill(killed, signal.SIGKILL)
    assert httpx.get(f"{launcher.url}/banque", timeout=10).json()["service"] == "pledges"


def test_a_service_that_stays_away_is_a_page_in_french(launcher: Launcher) -> None:
    """When a service crashes again and again, visitors are told to try again in a few seconds."""
    answer = httpx.get(f"{launcher.url}/besoins/crash", timeout=10)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"
    assert "Réessayez dans quelques secondes" in answer.text
    assert eventually(lambda: httpx.get(f"{launcher.url}/besoins", timeout=10).status_code == 200)


def test_a_program_that_calls_a_service_away_is_told_in_json(launcher: Launcher) -> None:
    """On the API the same is a problem as RFC 9457 writes it."""
    answer = httpx.get(f"{launcher.url}/api/notifications/crash", timeout=10)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Service momentanément indisponible"


def test_a_killed_launcher_leaves_nothing_and_the_next_start_finds_all() -> None:
    """After `kill -9` of the launcher every program ends by itself; the next start has the same data."""
    with temporary_home() as (home, _):
        launcher = Launcher(home)
        process = launcher.start()
        key = (home / "keys" / "database-ledger_app").read_text()
        process.kill()
        process.wait()
        again = launcher.start()
        assert httpx.get(launcher.url).status_code == 200
        assert (home / "keys" / "database-ledger_app").read_text() == key
        again.kill()
        again.wait()
        assert eventually(lambda: not launcher.has_children())
        Home(home).forget_runtime()  # a clean stop does it


def test_a_stop_during_the_start_is_clean() -> None:
    """Ctrl-C while things start stops those that have started."""
    with temporary_home() as (home, _):
        launcher = Launcher(home)
        process = launcher.run()
        assert eventually((home / "logs" / "database.log").exists)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0, said
        assert not launcher.has_children()
        assert not (home / "run" / "platform.json").exists()


def test_a_program_that_cannot_start_stops_the_others() -> None:
    """When one part cannot start, the person is told which and why, and nothing stays."""
    with temporary_home() as (home, _):
        launcher = Launcher(home)
        process = launcher.run(CADDY_BIN="/bin/false")
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "« gateway » n’a pas démarré : il s’est arrêté (code 1)" in said
        assert not launcher.has_children()
