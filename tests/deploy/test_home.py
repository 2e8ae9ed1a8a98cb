"""The home of a platform and its locks."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import home as home_module
from deploy.local.home import AlreadyRunning, Home, LeftoversRunning


@pytest.fixture
def other_launcher(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has claimed the home."""
    script = (
        "import sys, time; from pathlib import Path; from deploy.local.home import Home\n"
        "home = Home(Path(sys.argv[1])); home.claim()\n"
        "home.tell_platform({'public_url': 'http://localhost:1', 'mail_url': 'http://localhost:2'})\n"
        "print('claimed', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "var"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "claimed\n"
    yield process
    process.kill()
    process.wait()


def test_two_launchers_never_share_a_home(tmp_path: Path, other_launcher: "subprocess.Popen[str]") -> None:
    """The second launcher is told where the platform of the first one answers."""
    with pytest.raises(AlreadyRunning, match="http://localhost:1"):
        Home(tmp_path / "var").claim()


def test_the_other_launcher_can_be_stopped(tmp_path: Path, other_launcher: "subprocess.Popen[str]") -> None:
    """The launcher of a home is found by its lock, asked to stop, and waited for."""
    assert Home(tmp_path / "var").stop_launcher() is True
    assert other_launcher.wait(5) != 0


def test_a_home_without_a_launcher_has_nothing_to_stop(tmp_path: Path) -> None:
    """A home that nobody ever used, or uses any more, has nothing to stop."""
    assert Home(tmp_path / "var").stop_launcher() is False
    assert not (tmp_path / "var").exists()


def test_a_start_waits_for_the_children_of_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that outlived its launcher holds the home until it ends."""
    script = (  # -3 is subprocess.DEVNULL
        "import os, subprocess, sys; from pathlib import Path; from deploy.local.home import Home\n"
        "lock = Home(Path(sys.argv[1])).claim()\n"
        "child = subprocess.Popen(['sleep', '60'], pass_fds=(lock,), stdout=-3, stderr=-3)\n"
        "print(child.pid)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "var"], capture_output=True, text=True, check=True
    )
    monkeypatch.setattr(home_module, "LEFTOVERS_SECONDS", 0.2)
    with pytest.raises(LeftoversRunning):
        Home(tmp_path / "var").claim()
    os.kill(int(told.stdout), 9)
    monkeypatch.setattr(home_module, "LEFTOVERS_SECONDS", 5)
    assert Home(tmp_path / "var").claim() > 0


def test_what_the_commands_read_is_the_owners_only(tmp_path: Path) -> None:
    """Where everything answers is told with passwords, to the home's owner only."""
    home = Home(tmp_path / "var")
    home.claim()
    home.tell_platform({"public_url": "http://localhost:8080"})
    file = tmp_path / "var" / "run" / "platform.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert home.platform() == {"public_url": "http://localhost:8080"}


def test_the_next_launcher_forgets_what_a_killed_one_told(
    tmp_path: Path, other_launcher: "subprocess.Popen[str]"
) -> None:
    """A killed launcher's addresses are not those of the next one."""
    other_launcher.kill()
    other_launcher.wait()
    home = Home(tmp_path / "var")
    assert home.platform() is not None
    home.claim()
    assert home.platform() is None
