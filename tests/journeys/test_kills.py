"""`kill -9` of every program, one after the other, in the middle of an import: the totals end exactly right."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from tests.exact_totals import BACK_SECONDS, day_of_transfers, expect_exactly, received
from tests.running import MILLIARD, Running, eventually, running_platform


@pytest.fixture(scope="module")
def own_platform() -> Iterator[Running]:
    """A platform that no other test has to live with."""
    with running_platform("--empty") as running:
        yield running


def test_totals_are_exact_whatever_dies_during_the_import(own_platform: Running) -> None:
    """Broker, database, gateway and each service die while 3 000 lines are imported and posted."""
    running = own_platform
    day = day_of_transfers(running)
    before = received(running)
    file = running.written(day)
    command = [MILLIARD, "bank", "import", file]
    killer = Thread(target=kill_each, args=(running,))
    killer.start()
    while killer.is_alive():  # a command that lost its service ends with code 3 or 1: a person repeats it
        subprocess.run(
            command, env={**os.environ, "MILLIARD_HOME": str(running.platform.home)}, capture_output=True
        )
    killer.join()

    eventually(lambda: running.milliard("bank", "import", file).returncode == 0, seconds=BACK_SECONDS)
    eventually(lambda: running.milliard("status").returncode == 0, seconds=BACK_SECONDS)
    expect_exactly(running, day, before=before)


def kill_each(running: Running) -> None:
    """Kill each program, and wait until the launcher has started it again before the next one."""
    for program in (
        "pledges",
        "ledger",
        "broker",
        "ledger",
        "database",
        "gateway",
        "notifications",
        "members",
        "projects",
    ):
        killed = running.programs()[program]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: running.programs().get(program, killed) != killed, seconds=BACK_SECONDS)  # noqa: B023
        time.sleep(1)  # so that the next death meets the import at another place
