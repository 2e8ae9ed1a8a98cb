"""The processor time of the whole platform while nothing happens: `milliard up --empty`, all lanes, every program.

There is no yardstick: a machine that serves nobody should rest. Counted by the system's own clocks, for the
launcher and all that it started, with what their ended children had used.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from deploy.local.child import Child
from deploy.local.commands import Commands
from deploy.local.home import Home
from deploy.local.ports import free_port
from deploy.local.temporary import temporary_home
from deploy.trials.bench.figure import Figure, Goal
from deploy.trials.stage import CHECKOUT

GOAL = Goal(must=0.10, aim=0.05, at_most=True)
START_SECONDS = 120
STOP_SECONDS = 60
LAUNCHER = "launcher"
PROGRAMS = {
    "broker": "nats-server",
    "database": "postgres",
    "gateway": "caddy",
    "keeper": "shared.bus.keeper",
    "mails": "deploy.local.mailcatcher",
    **{service: f"services.{service}.main" for service in Commands.of_this_repository().services},
}
"""Each program by a word of its command."""


def run(*, rounds: int = 3, seconds: float = 30, settle_seconds: float = 15) -> list[Figure]:
    """Watch for so many seconds, in `rounds` equal parts, once the platform has settled."""
    with _platform() as launcher:
        time.sleep(settle_seconds)
        readings = [_watch(launcher, seconds / rounds) for _ in range(rounds)]
    shares = [sum(reading.values()) for reading in readings]
    by_program = {
        f"{name}_percent": round(sum(reading[name] for reading in readings) / rounds * 100, 2)
        for name in readings[0]
    }
    return [
        Figure(
            name="idle",
            title="au repos, part d’un cœur",
            goal=GOAL,
            samples=tuple(shares),
            details={"seconds": seconds, **by_program},
        )
    ]


@contextmanager
def _platform() -> Iterator[psutil.Process]:
    """The platform of `make up --empty` in a home of its own; its launcher."""
    with temporary_home() as (home, _):
        launcher = Child(
            name="milliard up",
            command=[sys.executable, "-m", "deploy.local", "up", "--empty", "--no-display"],
            log=home / "logs" / "up.log",
            environment=_environment(home),
            folder=CHECKOUT,
        )
        launcher.start()
        try:
            launcher.wait_until(lambda: Home(home).platform() is not None, within_seconds=START_SECONDS)
            assert launcher.pid is not None
            yield psutil.Process(launcher.pid)
        finally:
            launcher.stop(within_seconds=STOP_SECONDS)


def _environment(home: Path) -> dict[str, str]:
    """Ours, without what would put a server of somebody else's in the place of one that is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MILLIARD_")}
    kept.pop("DATABASE_URL", None)
    return {**kept, "MILLIARD_HOME": str(home), "MILLIARD_PORT": str(free_port())}


def _watch(launcher: psutil.Process, seconds: float) -> dict[str, float]:
    """The share of one core that each program takes."""
    before, began = _used(launcher), time.perf_counter()
    time.sleep(seconds)
    after, elapsed = _used(launcher), time.perf_counter() - began
    return {name: (after[name] - before[name]) / elapsed for name in after}


def _used(launcher: psutil.Process) -> dict[str, float]:
    """Seconds of processor time so far, by program; those of a child that has ended are its parent's."""
    found = defaultdict(float, {LAUNCHER: _own_seconds(launcher)})
    for child in launcher.children():
        found[_name_of(child)] += sum(
            _own_seconds(process) for process in (child, *child.children(recursive=True))
        )
    return found


def _name_of(child: psutil.Process) -> str:
    command = " ".join(child.cmdline())
    return next((name for name, word in PROGRAMS.items() if word in command), "others")


def _own_seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system + times.children_user + times.children_system
    return 0.0
