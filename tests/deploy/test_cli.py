"""`milliard up` and `milliard down` as commands."""

import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.local.cli import plug


@pytest.fixture
def milliard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The two commands, on a home of the test's own."""
    monkeypatch.setenv("MILLIARD_HOME", str(tmp_path / "var"))
    app = typer.Typer()
    plug(app)
    return app


def test_down_without_a_platform_is_no_failure(milliard: typer.Typer) -> None:
    """Stopping what does not run is done already."""
    told = CliRunner().invoke(milliard, ["down"])
    assert (told.exit_code, "Aucune plateforme ne tourne" in told.output) == (0, True)


def test_a_taken_port_is_a_sentence_and_a_failure(milliard: typer.Typer, tmp_path: Path) -> None:
    """A taken port is one sentence, without a traceback, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = CliRunner().invoke(milliard, ["up", "--port", str(server.getsockname()[1])])
    assert told.exit_code == 1
    assert "est déjà pris par un autre programme" in told.output
    assert "Traceback" not in told.output


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_told(
    milliard: typer.Typer, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    """A setting that is not a port is told with what was read."""
    monkeypatch.setenv("MILLIARD_PORT", port)
    told = CliRunner().invoke(milliard, ["up"])
    assert (told.exit_code, f"« {port} » n’est pas un numéro de port" in told.output) == (1, True)
