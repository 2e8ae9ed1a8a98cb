"""`milliard pledges import`, against the real service on its socket."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn

from shared.testing import recorded

FILE = "territoire;montant\n64;50\n2A;10\n"


@pytest.fixture
async def platform(pledges, homes, operator_key, monkeypatch) -> AsyncIterator[None]:
    """The service listens on a socket, and the environment says where."""
    home, runtime = homes
    socket = runtime / "pledges-import.sock"
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys" / "operator.key").write_bytes(operator_key[0].read_bytes())
    file = home / "platform.json"
    file.write_text(json.dumps({"services": {"pledges": f"unix:{socket}"}}))
    monkeypatch.setenv("MILLIARD_HOME", str(home))
    monkeypatch.setenv("MILLIARD_PLATFORM_FILE", str(file))
    server = uvicorn.Server(uvicorn.Config(pledges.app, uds=str(socket), log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


async def milliard(*arguments: str) -> tuple[int, str, str]:
    """Run the command as a terminal does: its exit code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", "from shared.cli import main; main()", "pledges", "import", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


async def test_a_file_is_tried_then_imported_with_its_result(platform, pledges, tmp_path: Path) -> None:
    """A dry run makes nothing; the import writes the reference of each line where it is told to."""
    file, result = tmp_path / "avril.csv", tmp_path / "resultat.csv"
    file.write_text(FILE)
    code, output, errors = await milliard(str(file), "--dry-run")
    assert (code, await recorded(pledges)) == (0, []), errors
    assert "Promesses à créer : 2" in output
    code, output, errors = await milliard(str(file), "--json", "--output", str(result))
    assert code == 0, errors
    references = [line["reference"] for line in json.loads(output)["lines"]]
    assert all(reference in result.read_text() for reference in references)


async def test_a_refused_file_is_exit_code_1(platform, pledges, tmp_path: Path) -> None:
    """Each wrong line on the error stream, also of a dry run; nothing is made."""
    file = tmp_path / "faux.csv"
    file.write_text(FILE + "20;5\n")
    for options in ([], ["--dry-run"]):
        code, _, errors = await milliard(str(file), *options)
        assert code == 1
        assert "ligne 4 : " in errors
    assert await recorded(pledges) == []
