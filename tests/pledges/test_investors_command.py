"""`milliard investors`, against the real service on its socket."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import uuid4

from tests.pledges import terminal

milliard = partial(terminal.milliard, "investors")


async def test_a_roll_is_drawn_listed_and_taken_as_a_file(platform, tmp_path) -> None:
    """The file's bytes are those of the roll's hash, on the output or in a file."""
    code, output, errors = await milliard("draw", "--as-of", "2025-12-31", "--json")
    assert code == 0, errors
    roll = json.loads(output)
    code, output, _ = await milliard("list", "--json")
    assert [one["roll_id"] for one in json.loads(output)] == [roll["roll_id"]]
    code, output, errors = await milliard("export", roll["roll_id"])
    assert (code, errors) == (0, "")
    assert sha256(output.encode()).hexdigest() == roll["content_hash"]
    await milliard("export", roll["roll_id"], "--output", str(tmp_path / "liste.csv"))
    assert [(one.name, one.read_bytes().decode()) for one in tmp_path.iterdir()] == [("liste.csv", output)]


async def test_the_same_day_again_says_that_nothing_changed(platform) -> None:
    """In words, and with exit code 0."""
    await milliard("draw", "--as-of", "2025-12-31")
    code, output, _ = await milliard("draw", "--as-of", "2025-12-31")
    assert code == 0
    assert "Rien ne change" in output


async def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(platform) -> None:
    """A day to come; a roll that does not exist."""
    to_come = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    code, output, errors = await milliard("draw", "--as-of", to_come)
    assert (code, output, len(errors.splitlines())) == (1, "", 1)
    code, output, errors = await milliard("export", str(uuid4()))
    assert (code, output, errors) == (1, "", "Aucune liste n’existe à cette adresse.\n")
