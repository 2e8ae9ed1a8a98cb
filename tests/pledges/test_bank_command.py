"""`milliard bank`, against the real service on its socket."""

import json
from functools import partial

from tests.pledges import terminal
from tests.pledges.notified import Notified, Part, notification

milliard = partial(terminal.milliard, "bank")


async def test_files_are_imported_and_shown(platform, tmp_path, movement, statement, bank_file):
    """A table on the output, bars on the error stream, exit code 0."""
    file = tmp_path / "novembre.xml"
    file.write_bytes(bank_file(statement([movement(1000), movement(2000)])))
    code, output, errors = await milliard("import", str(file), "--no-wait", "--json")
    assert code == 0, errors
    (report,) = json.loads(output)
    assert report["file"] == "novembre.xml"
    assert report["statements"][0]["line_count"] == 2

    code, output, _ = await milliard("import", str(file), "--no-wait")
    assert code == 0
    assert "déjà" in output


async def test_a_refused_file_is_exit_code_1_and_the_others_are_in(
    platform, tmp_path, movement, statement, bank_file
):
    """One bad file stops no other one, and the code tells that there was one."""
    good, bad = tmp_path / "bon.xml", tmp_path / "mauvais.xml"
    good.write_bytes(bank_file(statement([movement(1000)])))
    bad.write_bytes(b"<Document/>")
    code, output, _ = await milliard("import", str(bad), str(good), "--no-wait", "--json")
    assert code == 1
    refused, imported = json.loads(output)
    assert refused["error"].endswith(".")
    assert imported["statements"][0]["status"] == "imported"


async def test_a_file_that_does_not_exist_is_exit_code_2(platform, tmp_path):
    """A wrong path is wrong usage."""
    code, _, _ = await milliard("import", str(tmp_path / "rien.xml"))
    assert code == 2


async def test_imported_statements_are_listed(platform, send, movement, statement, bank_file):
    """The list names each statement with its balances, as a table and as JSON."""
    await send(bank_file(statement([movement(1000)])))
    _, output, _ = await milliard("statements", "--json")
    assert [one["bank_statement_id"] for one in json.loads(output)] == ["RELEVE-000"]


async def test_without_a_platform_the_command_says_so(tmp_path, monkeypatch):
    """One sentence and exit code 3."""
    monkeypatch.setenv("MILLIARD_HOME", str(tmp_path))
    monkeypatch.delenv("MILLIARD_PLATFORM_FILE", raising=False)
    code, _, errors = await milliard("statements")
    assert (code, "Traceback" in errors) == (3, False)


async def test_lines_are_exported_to_a_file_or_to_the_output(
    platform, tmp_path, send, movement, statement, bank_file
):
    """The same bytes either way; a period that makes no sense is told on the error stream."""
    await send(bank_file(statement([movement(1000)])))
    period = ("--from", "2026-11-01", "--to", "2026-11-30")
    code, output, errors = await milliard("export", *period)
    assert (code, errors) == (0, "")
    assert "10,00" in output
    assert (await milliard("export", *period, "--output", str(tmp_path / "lignes.csv")))[0] == 0
    assert [(one.name, one.read_bytes().decode()) for one in tmp_path.iterdir()] == [("lignes.csv", output)]
    code, _, errors = await milliard("export", "--from", "2026-11-30", "--to", "2026-11-01")
    assert code == 1
    assert "inversez" in errors


async def test_a_notification_says_what_it_detailed_and_what_waits(
    platform, tmp_path, movement, statement, bank_file
):
    """It is imported by the same command, and no money is followed for it."""
    files = {
        "avis.xml": notification(Notified([Part(1000)], reference="R1"), Notified([Part(700)])),
        "relevé.xml": bank_file(statement([movement(1000, detail_index=0, bank_reference="R1")])),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    code, output, errors = await milliard("import", *(str(tmp_path / name) for name in files), "--no-wait")
    assert code == 0, errors
    assert "AVIS-1" in output
    assert "Sommes en attente détaillées par un avis : 1." in output
    code, output, _ = await milliard("import", str(tmp_path / "avis.xml"), "--no-wait", "--json")
    (report,) = json.loads(output)
    (kept,) = report["notifications"]
    assert (kept["status"], kept["detailed_count"], kept["waiting_count"]) == ("already_imported", 1, 1)
