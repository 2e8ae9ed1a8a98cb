"""`milliard bench`: what its commands say, and how they end."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from deploy.trials.bench.figure import Bound, Figure, Goal
from deploy.trials.bench.table import show

MILLIARD = Path(sys.executable).with_name("milliard")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for temporary homes: its path is short (sockets), and the database's account may pass."""
    with tempfile.TemporaryDirectory(prefix="m-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def figure(ratio: float) -> Figure:
    return Figure(name="made-up", title="inventée", goal=Goal(must=1, aim=2), samples=(ratio,))


def test_a_figure_below_its_must_ends_with_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    """The command says so by its exit code, and the table by a mark."""
    with pytest.raises(typer.Exit) as ended:
        show([figure(0.5)], as_json=False)
    assert ended.value.exit_code == 1
    assert "✗" in capsys.readouterr().out


def test_a_bound_that_is_broken_once_ends_with_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    """However good the rate is, and the other rounds: it has a line of its own with the mark."""
    memory = Bound("peak_rss_mb", "mémoire", Goal(must=300, aim=250, at_most=True), (200.0, 301.0), unit="Mo")
    fast = replace(figure(1.5), bounds=(memory,))
    with pytest.raises(typer.Exit) as ended:
        show([fast], as_json=False)
    assert ended.value.exit_code == 1
    marked = [line for line in capsys.readouterr().out.splitlines() if "✗" in line]
    assert len(marked) == 1
    assert "mémoire" in marked[0]


def test_a_file_cannot_pay_more_pledges_than_there_are() -> None:
    """Said before anything starts, as a misuse of the command."""
    done = subprocess.run(
        [MILLIARD, "bench", "statement", "--entries", "200", "--pledges", "150"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "200" in done.stderr


def test_several_figures_are_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read one JSON object from the whole output, whatever the number of figures."""
    show([figure(1.5), figure(2.5)], as_json=True)
    assert [one["ratio"] for one in json.loads(capsys.readouterr().out)["figures"]] == [1.5, 2.5]


def test_a_bench_without_room_says_so_in_one_line() -> None:
    """Where it cannot run it prints a French sentence, nothing on the standard output, and ends with code 3."""
    done = subprocess.run(
        [MILLIARD, "bench", "progress", "--json", "--postings", "1000000000000"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("Il faut ")
    assert len(done.stderr.splitlines()) == 1


def test_an_interrupted_bench_leaves_nothing_behind(short_folder: Path) -> None:
    """After Ctrl-C its home is gone, and so are the programs that it had started."""
    bench = subprocess.Popen(
        [MILLIARD, "bench", "relay", "--events", "100000"],
        env={**os.environ, "TMPDIR": str(short_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(short_folder.glob("*/home/nats/jetstream")) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(bench.pid, signal.SIGINT)
    said, _ = bench.communicate(timeout=60)
    assert (bench.returncode, said.decode()) == (130, "Mesure interrompue : tout est arrêté et effacé.\n")
    assert list(short_folder.iterdir()) == []
    listed = subprocess.run(["ps", "-ww", "-eo", "args="], capture_output=True, text=True).stdout
    assert str(short_folder) not in listed
