"""`milliard ledger chart check`, against the real service on its socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from services.ledger.formats.chart_file import OPEN, TITLES
from tests.ledger.books import Books
from tests.pledges.terminal import milliard


@pytest.fixture
async def file(
    books: Books, homes: Any, operator_key: Any, tmp_path: Path, monkeypatch: Any
) -> AsyncIterator[Path]:
    """The present chart as a file; the service listens on a socket, and the environment says where."""
    home, runtime = homes
    socket = runtime / "ledger-cli.sock"
    (home / "keys").mkdir(exist_ok=True)
    (home / "keys" / "operator.key").write_bytes(operator_key[0].read_bytes())
    facts = home / "platform.json"
    facts.write_text(json.dumps({"services": {"ledger": f"unix:{socket}"}}))
    monkeypatch.setenv("MILLIARD_HOME", str(home))
    monkeypatch.setenv("MILLIARD_PLATFORM_FILE", str(facts))
    config = uvicorn.Config(books.service.app, uds=str(socket), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    table = tmp_path / "plan.csv"
    table.write_bytes((await books.get("/comptes/plan.csv")).content)
    yield table
    server.should_exit = True
    await serving


async def test_a_chart_is_checked_as_its_page_gives_it(file: Path) -> None:
    """As it is, with an account more, with one that is wrong; nothing is changed."""
    code, output, errors = await milliard("ledger", "chart", "check", str(file))
    assert (code, errors) == (0, "")
    assert "peut remplacer" in output
    with file.open("a", encoding="utf-8") as table:
        table.write(f"622600;Honoraires;;{OPEN}\r\n639000;Banque;;{OPEN}\r\n")
    code, output, _ = await milliard("ledger", "chart", "check", str(file))
    assert code == 1
    assert [line[0] for line in output.splitlines()] == ["✗", "✗"]
    assert "639" in output
    assert "« Banque »" in output


async def test_a_file_that_is_no_chart_is_one_sentence(file: Path) -> None:
    """Nobody reads a traceback."""
    for content in (
        b"",
        b"\xff\xfe",
        b"number,label\r\n",
        f"{';'.join(TITLES)}\r\n512100;Banque\r\n".encode(),
        f"{';'.join(TITLES)}\r\n512100;Banque;;mi-clos\r\n".encode(),
    ):
        with file.open("wb") as table:
            table.write(content)
        code, output, errors = await milliard("ledger", "chart", "check", str(file))
        assert (code, errors, len(output.splitlines())) == (1, "", 1)
