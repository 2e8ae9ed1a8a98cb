"""What the installation says to somebody whose Python does not suffice."""

import shutil
import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / "deploy" / "local" / "install.sh"
TOO_OLD = "exit 1"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing in it but the script."""
    (tmp_path / "deploy" / "local").mkdir(parents=True)
    shutil.copy(INSTALL, tmp_path / "deploy" / "local")
    return tmp_path


def _installed_with(checkout: Path, python: str) -> "subprocess.CompletedProcess[str]":
    """The script run on a machine whose only Python is this shell script."""
    programs = checkout / "bin"
    programs.mkdir()
    for tool in ("sh", "cat", "dirname", "grep"):
        (programs / tool).symlink_to(str(shutil.which(tool)))
    (programs / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (programs / "python3").chmod(0o755)
    return subprocess.run(
        ["sh", checkout / "deploy" / "local" / "install.sh"],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_told(checkout: Path) -> None:
    """Without Python 3.11 the person is told which one is needed, and nothing is made."""
    told = _installed_with(checkout, TOO_OLD)
    assert told.returncode == 1
    assert "Il faut Python 3.11 ou plus récent" in told.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_without_its_venv_module_is_told(checkout: Path) -> None:
    """Debian ships Python without `venv`: the person is told which package to install."""
    told = _installed_with(checkout, WITHOUT_VENV)
    assert told.returncode == 1
    assert "python3-venv" in told.stderr
