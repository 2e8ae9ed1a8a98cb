"""Children, their guard and their ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.child import LOG_BYTES, Child, StartFailed

PYTHON = sys.executable
STUBBORN = "trap '' TERM; while :; do sleep 0.05; done"


def _eventually(happens: Callable[[], bool], *, within_seconds: float = 10) -> bool:
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.02)
    return False


def _is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


def test_the_pid_is_that_of_the_server_itself(tmp_path: Path) -> None:
    """The guard is replaced by the server: signals and exit codes are the server's own."""
    child = Child(name="server", command=["sleep", "60"], log=tmp_path / "log")
    child.start()
    told = subprocess.run(["ps", "-o", "comm=", "-p", str(child.pid)], capture_output=True, text=True)
    child.stop()
    assert "sleep" in told.stdout
    assert child.how_it_ended == "signal TERM"


def test_a_child_ends_when_its_launcher_is_killed(tmp_path: Path) -> None:
    """A child ends by its own clean signal when its launcher is killed without warning."""
    launcher = subprocess.Popen(
        [
            PYTHON,
            "-c",
            "import sys, signal, time; from pathlib import Path; from deploy.local.child import Child\n"
            "script = 'trap \"echo clean >>$0; exit\" INT; while :; do sleep 0.05; done'\n"
            "child = Child(name='server', command=['sh', '-c', script, sys.argv[1]],\n"
            "              log=Path(sys.argv[2]), end=signal.SIGINT)\n"
            "child.start(); print(child.pid, flush=True); time.sleep(60)",
            tmp_path / "said",
            tmp_path / "log",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    time.sleep(0.2)
    launcher.kill()
    launcher.wait()
    assert _eventually(lambda: not _is_running(pid))
    assert (tmp_path / "said").read_text() == "clean\n"


def test_a_child_that_does_not_end_is_ended_by_force(tmp_path: Path) -> None:
    """A child that does not end when it is asked to is ended by force."""
    child = Child(name="stubborn", command=["sh", "-c", STUBBORN], log=tmp_path / "log")
    child.start()
    time.sleep(0.2)
    child.stop(within_seconds=0.2)
    assert child.how_it_ended == "signal KILL"


def test_nothing_of_an_ended_child_stays(tmp_path: Path) -> None:
    """Its watcher goes with it, and so does what it left in its group."""
    child = Child(name="server", command=["sh", "-c", "sleep 60 & exit 0"], log=tmp_path / "log")
    child.start()
    group = child.pid
    assert group is not None
    assert _eventually(child.has_ended)
    assert _eventually(lambda: not _group_exists(group))


def _group_exists(group: int) -> bool:
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True).stdout.split("\n")
    return any(line.split()[:1] == [str(group)] and "Z" not in line for line in listed)


def test_a_failed_start_tells_the_last_words(tmp_path: Path) -> None:
    """A server that ends before it is ready: its exit code, its log and the log's last lines are told."""
    child = Child(
        name="bus", command=["sh", "-c", "echo broken pipe organ; exit 7"], log=tmp_path / "bus.log"
    )
    child.start()
    with pytest.raises(StartFailed, match=r"(?s)« bus ».*code 7.*bus\.log.*broken pipe organ"):
        child.wait_until(lambda: False)


def test_a_task_that_fails_is_told(tmp_path: Path) -> None:
    """A task that ends with a code other than 0 has failed."""
    with pytest.raises(StartFailed, match="code 4"):
        Child(name="task", command=["sh", "-c", "exit 4"], log=tmp_path / "log").run(within_seconds=5)


def test_a_child_knows_only_the_environment_that_it_is_given(tmp_path: Path) -> None:
    """The launcher's environment does not reach a child by itself."""
    os.environ["MILLIARD_SECRET_OF_ANOTHER"] = "x"
    try:
        log = tmp_path / "log"
        Child(name="env", command=["/usr/bin/env"], log=log, environment={"ONLY": "this"}).run(
            within_seconds=5
        )
    finally:
        del os.environ["MILLIARD_SECRET_OF_ANOTHER"]
    assert "ONLY=this" in log.read_text()
    assert "MILLIARD_SECRET_OF_ANOTHER" not in log.read_text()


def test_a_long_log_is_put_aside_at_a_start(tmp_path: Path) -> None:
    """A log that has grown too long is put aside at a start, and the one before it is forgotten."""
    log = tmp_path / "server.log"
    log.write_bytes(b"x" * (LOG_BYTES + 1))
    Child(name="server", command=["echo", "new"], log=log).run(within_seconds=5)
    assert log.read_text() == "new\n"
    assert (tmp_path / "server.log.1").stat().st_size == LOG_BYTES + 1


def test_the_end_can_be_another_signal(tmp_path: Path) -> None:
    """PostgreSQL's clean end is INT: the signal is the child's own."""
    child = Child(name="server", command=["sleep", "60"], log=tmp_path / "log", end=signal.SIGINT)
    child.start()
    child.stop()
    assert child.how_it_ended == "signal INT"
