"""The real platform, started once for the journeys and the browser: `milliard up --empty`, as everybody starts it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from deploy.local.campaign.people import People, appoint
from deploy.local.campaign.statements import BankDay
from deploy.local.campaign.visitor import Visitor
from deploy.local.ports import free_port
from deploy.local.temporary import temporary_home
from shared.client import Platform
from shared.values import today_in_france

START_SECONDS = 120  # two cores that run other tests besides
MILLIARD = Path(sys.executable).with_name("milliard")


@dataclass
class Running:
    """A platform that runs, and what a person or a program can do with it from outside."""

    platform: Platform
    launcher: int
    days_ahead: int = 0
    _visitors: int = 0
    _days: list[BankDay] = field(default_factory=list)

    @property
    def samples(self) -> Path:
        """Where commands find files."""
        return self.platform.home / "samples"

    @property
    def today(self) -> date:
        """The day that it is for pledges."""
        return today_in_france() + timedelta(days=self.days_ahead)

    @property
    def url(self) -> str:
        return str(self.platform.facts["public_url"])

    @property
    def mail_url(self) -> str:
        return str(self.platform.facts["mail_url"])

    def visitor(self, who: tuple[str, str] | None = None) -> Visitor:
        """Somebody; without a name, somebody new."""
        self._visitors += 1
        email, name = who or (f"personne-{self._visitors}@exemple.test", f"Personne {self._visitors}")
        return Visitor(public_url=self.url, mail_url=self.mail_url, email=email, name=name)

    def milliard(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """The command, with its exit code and what it wrote."""
        return subprocess.run(
            [MILLIARD, *arguments],
            env={**os.environ, "MILLIARD_HOME": str(self.platform.home)},
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
        )

    def milliard_json(self, *arguments: str | Path) -> Any:
        """What a command that went well says with `--json`."""
        done = self.milliard(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def progress(self, territory: str | None = None) -> dict[str, Any]:
        """The public figures, of all territories or of one."""
        found: dict[str, Any] = self.visitor().get("/api/ledger/progress")
        if territory is None:
            return found
        return next(one for one in found["territories"] if one["code"] == territory)

    def pledge(self, *, territory: str, euros: int) -> dict[str, Any]:
        """A promise of a saver, made by the local key: it has no hourly limit."""
        with self.platform.http("pledges") as http:
            body = {"amount_minor": euros * 100, "territory": territory}
            answer = http.post("/api/pledges/pledges", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def bank_day(self) -> BankDay:
        """The next statement of the account, which opens where the last one closed."""
        count, balance_minor = self._statements_before
        day = BankDay(
            iban=self.account,
            booked_on=self.today,
            number=count + len(self._days) + 1,
            opening_minor=self._days[-1].closing_minor if self._days else balance_minor,
        )
        self._days.append(day)
        return day

    @cached_property
    def _statements_before(self) -> tuple[int, int]:
        """How many statements there were before ours, and their last balance: the sample campaign's, or none."""
        newest_first = self.milliard_json("bank", "statements")
        return len(newest_first), newest_first[0]["closing_minor"] if newest_first else 0

    def written(self, day: BankDay) -> Path:
        """A statement as a file."""
        return day.write(self.samples)

    def import_day(self, day: BankDay) -> dict[str, Any]:
        """Import a statement by the command, and wait until it is posted; what the import says of it."""
        (report,) = self.milliard_json("bank", "import", self.written(day))
        (statement,) = report["statements"]
        found: dict[str, Any] = statement
        return found

    @cached_property
    def account(self) -> str:
        """The account that pledges are paid to."""
        return str(self.pledge(territory="99", euros=1)["beneficiary_iban"])

    def programs(self) -> dict[str, int]:
        """The pid of each program that the launcher watches, by what it is."""
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "ppid=,pid=,args="], capture_output=True, text=True
        ).stdout
        rows = [line.split(maxsplit=2) for line in listed.splitlines()]
        own = {args: int(pid) for parent, pid, args in rows if int(parent) == self.launcher}
        words = {"broker": "nats-server", "database": "postgres", "gateway": "caddy"} | {
            name: f"services.{name}.main" for name in self.platform.facts["services"]
        }
        return {program: pid for program, word in words.items() for args, pid in own.items() if word in args}


@contextmanager
def running_platform(*options: str, told: Mapping[str, str] | None = None) -> Iterator[Running]:
    """A platform of its own home and port, stopped cleanly and forgotten at the end; `told` are settings of its own."""
    with temporary_home() as (home, _), running_in(home, *options, told=told) as found:
        yield found


@contextmanager
def running_in(
    home: Path, *options: str, days_ahead: int = 0, told: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """The platform of a home, stopped cleanly at the end; so many days ahead for pledges, as in a rehearsal."""
    own = {
        "MILLIARD_HOME": str(home),
        "MILLIARD_PORT": str(free_port()),
        "MILLIARD_PLEDGES_DAYS_AHEAD": f"{days_ahead}",
    }
    with (home / "up.log").open("w+") as said:
        launcher = subprocess.Popen(
            [MILLIARD, "up", "--no-display", *options],
            env={**os.environ, **own, **(told or {})},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        facts = home / "run" / "platform.json"
        try:
            deadline = time.monotonic() + START_SECONDS
            while not facts.exists():
                assert launcher.poll() is None, (home / "up.log").read_text()
                assert time.monotonic() < deadline, (home / "up.log").read_text()
                time.sleep(0.1)
            platform = Platform(facts=json.loads(facts.read_text()), home=home)
            yield Running(platform=platform, launcher=launcher.pid, days_ahead=days_ahead)
        finally:
            launcher.send_signal(signal.SIGTERM)
            launcher.wait(60)


def eventually(holds: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait until something holds, as a person reloads a page; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it did not come true within {seconds:.0f} s"
        time.sleep(0.1)


@pytest.fixture(scope="session", name="running")
def running_here(request: pytest.FixtureRequest) -> Iterator[Running]:
    """One platform for all journeys, in containers where that is asked for; each uses people and days of its own."""
    if request.config.getoption("--in-containers"):
        yield request.getfixturevalue("in_containers")
        return
    with running_platform("--empty") as found:
        yield found


@pytest.fixture(scope="session")
def people(running: Running) -> People:
    """Two operators, two treasurers and a steward of territory 64."""
    return appoint(running.platform, running.visitor)
