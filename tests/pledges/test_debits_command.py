"""`milliard debits`, against the real service on its socket."""

import asyncio
import json
from typing import Any

from typer.testing import CliRunner

from services.pledges.cli.debits import debits


async def run(*arguments: str) -> Any:
    """The command in a thread: the service answers in this one."""
    return await asyncio.to_thread(CliRunner().invoke, debits, list(arguments))


async def test_a_batch_is_looked_at_then_prepared(platform, signed, collect_day) -> None:
    """A dry run prepares nothing; the batch is in the list after the real one."""
    await signed(day=1)
    day = f"{collect_day}"
    seen = await run("prepare", "--on", day, "--dry-run")
    assert "1 prélèvement pour 10,00\u00a0€" in seen.output
    assert "Rien n’a été préparé." in seen.output
    assert json.loads((await run("list", "--json")).output) == []
    made = await run("prepare", "--on", day, "--json")
    assert (made.exit_code, json.loads(made.output)["collection_count"]) == (0, 1)
    assert "préparée" in (await run("list")).output


async def test_a_refusal_is_one_sentence_and_exit_code_1(platform) -> None:
    """Nothing is due, or the day cannot be."""
    refused = await run("prepare", "--on", "2001-01-01")
    assert refused.exit_code == 1
    assert "choisissez au plus tôt" in refused.output
