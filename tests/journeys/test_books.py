"""The books as their keepers and anybody else use them: corrected by two, exported, read day after day."""

from pathlib import Path
from uuid import uuid4

from beancount.loader import load_file

from deploy.local.campaign.people import People
from deploy.local.campaign.visitor import Visitor
from tests.running import Running, eventually

SIREN = "732829320"
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
    people.operators[0].post_when_known(
        "/api/ledger/funds",
        code="terres",
        name="Fonds des terres",
        purpose="Des terres pour qui les cultive.",
    )
    ordered = one.post(f"/api/ledger/64/entries/{entry['seq']}/correction", lines=lines, reason=REASON)
    address = f"/api/ledger/64/corrections/{ordered['correction_id']}/confirmation"
    assert one.request("POST", address, json={"order_hash": ordered["order_hash"]}).status_code == 403
    assert other.post(address, order_hash=ordered["order_hash"]) == {"state": "confirmed"}
    assert running.progress("64")["received_minor"] == before + 1_700
    assert REASON in other.request("GET", "/comptes/64/journal").text
    assert running.milliard_json("ledger", "verify")["problems"] == []


def test_a_share_becomes_local_currency_for_a_project(running: Running, people: People) -> None:
    """Set aside, ordered and confirmed, debited by the bank, turned into units, given away: one for one."""
    one, other = people.treasurers
    people.operators[0].post_when_known(
        "/api/ledger/policies",
        territory="64",
        basis_points=500,
        effective_on=f"{running.today}",
        decision_reference="Assemblée 64",
    )
    _register(people.operators[0])
    day = running.bank_day()
    day.credit(10_000, reference=running.pledge(territory="64", euros=100)["reference"])
    running.import_day(day)
    eventually(lambda: running.progress("64")["to_convert_minor"] == 500)
    (fund,) = {row["fund"] for row in one.get("/api/ledger/64/local-currency")["to_convert"]}

    conversion = {
        "conversion_id": f"{uuid4()}",
        "fund": fund,
        "local_currency": "X-EUSKO",
        "amount_minor": 500,
    }
    order = one.post("/api/ledger/64/conversions", **conversion)
    address = f"/api/ledger/64/conversions/{conversion['conversion_id']}"
    name = other.post(f"{address}/confirmation", order_hash=order["order_hash"])["end_to_end_id"]
    eventually(lambda: name in [each["end_to_end_id"] for each in one.get("/api/pledges/expected-debits")])
    paid = running.bank_day()
    paid.debit(500, end_to_end_id=name)
    assert running.import_day(paid)["disbursed_count"] == 1
    word = {"issuer_reference": "B-1", "proof_sha256": "ab" * 32}
    units = {"units_minor": 500, "received_on": f"{paid.booked_on}", **word}
    assert one.post_when_known(f"{address}/units", **units) == {"state": "received"}
    eventually(lambda: running.progress("64")["converted_minor"] == 500)

    delivery = {**conversion, "delivery_id": f"{uuid4()}", "amount_minor": 300}
    del delivery["conversion_id"]
    order = one.post(
        "/api/ledger/64/deliveries", payee_identifier=SIREN, decision_reference="Vote", **delivery
    )
    address = f"/api/ledger/64/deliveries/{delivery['delivery_id']}"
    other.post(f"{address}/confirmation", order_hash=order["order_hash"])
    assert one.post(f"{address}/handing", delivered_on=f"{running.today}", **word) == {"state": "delivered"}
    (currency,) = running.visitor().get("/api/ledger/local-currencies")
    sums = (
        currency["converted_minor"],
        currency["units_minor"],
        currency["delivered_minor"],
        currency["held_minor"],
    )
    assert sums == (500, 500, 300, 200)
    assert running.milliard_json("ledger", "verify")["problems"] == []


def _register(national: Visitor) -> None:
    """A currency of Bayonne, accepted by one organisation."""
    decision = {"decision_reference": "Assemblée du 2 mars"}
    issuer = {
        "name": "Eusko",
        "issuer_name": "Euskal Moneta",
        "issuer_identifier": SIREN,
        "issuer_iban": "FR1420041010050500013M02606",
    }
    national.post("/api/ledger/local-currencies", code="X-EUSKO", **issuer, **decision)
    lists = {"perimeter": "64102", "network": f"{SIREN};La Graine commune;2020-01-01"}
    for what, csv in lists.items():
        national.post(f"/api/ledger/local-currencies/X-EUSKO/{what}", csv=csv, **decision)


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
