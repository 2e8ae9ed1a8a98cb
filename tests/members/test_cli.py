"""The operator's commands, over the service's own socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer
import uvicorn
from typer.testing import CliRunner

from services.members.cli import REFUSED, plug
from shared.events.members import RoleGranted
from shared.testing import recorded


@pytest.fixture
async def command(service, local_key, homes, tmp_path, monkeypatch) -> AsyncIterator:
    """`milliard members …` against the service as the local stack runs it."""
    socket: Path = homes[1] / "members-cli.sock"
    server = uvicorn.Server(uvicorn.Config(service.app, uds=str(socket), log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "platform.json").write_text(json.dumps({"services": {"members": f"unix:{socket}"}}))
    monkeypatch.setenv("MILLIARD_HOME", str(tmp_path))
    app = typer.Typer()
    plug(app)

    async def run(*arguments: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["members", *arguments])

    yield run
    server.should_exit = True
    await serving


async def test_a_command_makes_a_founding_operator(service, command):
    """The local key signs it, and the other services hear of the role."""
    result = await command("operator", "alix@exemple.fr", "--name", "Alix", "--json")
    assert result.exit_code == 0, result.output
    [granted] = [event for event in await recorded(service) if isinstance(event, RoleGranted)]
    assert (granted.territory, granted.role, granted.granted_by) == ("00", "national_operator", None)
    assert json.loads(result.output)["grant_id"] == str(granted.grant_id)


async def test_a_refused_command_says_why_and_fails(command):
    """The sentence goes to the error output, the exit code to scripts."""
    result = await command("operator", "pas une adresse", "--name", "Alix")
    assert result.exit_code == REFUSED
    assert "n’est pas complète" in result.output
