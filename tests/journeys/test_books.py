"""The books as their keepers and anybody else use them: corrected by two, exported, read day after day."""

from pathlib import Path

from beancount.loader import load_file

from deploy.local.campaign.people import People
from tests.running import Running, eventually

REASON = "Ce don était pour un autre fonds, comme sa lettre le disait."


def test_two_treasurers_correct_an_entry(running: Running, people: People) -> None:
    """The entry stays, a contra-entry takes it back, another says what is right; the bank and the total do not move."""
    one, other = people.treasurers
    pledge = running.pledge(territory="64", euros=17)
    before = running.progress("64")["received_minor"]
    day = running.bank_day()
    day.credit(1_700, reference=pledge["reference"])
    running.import_day(day)
    eventually(lambda: running.progress("64")["received_minor"] == before + 1_700)
    entries = one.get("/api/ledger/64/entries")
    entry = next(each for each in entries if each["journal"] == "COL")
    lines = [line | {"fund": "terres"} for line in entry["lines"]]
    ordered = one.post(f"/api/ledger/64/entries/{entry['seq']}/correction", lines=lines, reason=REASON)
    address = f"/api/ledger/64/corrections/{ordered['correction_id']}/confirmation"
    assert one.request("POST", address, json={"order_hash": ordered["order_hash"]}).status_code == 403
    assert other.post(address, order_hash=ordered["order_hash"]) == {"state": "confirmed"}
    assert running.progress("64")["received_minor"] == before + 1_700
    assert REASON in other.request("GET", "/comptes/64/journal").text
    assert running.milliard_json("ledger", "verify")["problems"] == []


def test_the_books_are_read_by_another_program(running: Running, people: People, tmp_path: Path) -> None:
    """Exported for Beancount, it finds no error; in FEC format, a SIREN is asked for."""
    done = running.milliard(
        "ledger", "export", "--year", f"{running.today.year}", "--format", "beancount", "--output", tmp_path
    )
    assert done.returncode == 0, done.stderr
    entries, errors, _ = load_file(str(tmp_path / f"milliard-{running.today.year}.beancount"))
    assert errors == []
    assert entries
    refused = running.milliard("ledger", "export", "--year", f"{running.today.year}", "--output", tmp_path)
    assert (refused.returncode, "MILLIARD_LEDGER_SIREN" in refused.stderr) == (1, True)
    (listed,) = people.treasurers[0].get("/api/ledger/exports")
    assert listed["file_name"].endswith(".beancount")


def test_the_history_ends_with_the_counter(running: Running) -> None:
    """As a chart, and as open data that anybody adds up."""
    anybody = running.visitor()
    assert "<svg" in anybody.request("GET", "/progression").text
    days = anybody.get("/api/ledger/progress/history")["days"]
    assert days[-1]["received_minor"] == running.progress()["received_minor"]
    table = anybody.request("GET", "/api/ledger/progress/history.csv").text
    assert "Licence Ouverte 2.0" in table


def test_nothing_is_closed_while_something_waits(running: Running, people: People) -> None:
    """Today is not over; anybody reads what is closed."""
    refused = people.treasurers[0].request(
        "POST",
        "/api/ledger/closings",
        json={"through": f"{running.today}", "decision_reference": "AG du jour"},
    )
    assert (refused.status_code, "choisissez un jour passé" in refused.json()["detail"]) == (422, True)
    assert running.visitor().get("/api/ledger/closings") == []
