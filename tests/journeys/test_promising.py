"""Promises as savers, organisations and treasurers need them: firm or not, in parts, imported, by direct debit."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.campaign.people import People
from deploy.local.campaign.visitor import Visitor
from services.pledges.domain.target_days import business_days_after
from shared.values import today_in_france
from tests.pledges.organisations import BAKERY
from tests.running import Running, eventually

TODAY = today_in_france()
PLEDGES = "/api/pledges/pledges"
LOAN = "loan"


@pytest.fixture(scope="module")
def saver(running: Running) -> Visitor:
    return running.visitor()


def promised(running: Running, territory: str) -> int:
    return int(running.progress(territory)["promised_minor"])


def leave_address(saver: Visitor, pledge: dict[str, Any], territory: str) -> None:
    """So that letters reach the saver."""
    form = {"person_id": pledge["person_id"], "email": saver.email, "name": "Jo", "territory": territory}
    page = f"/promesses/{pledge['pledge_id']}"
    assert saver.request("POST", "/membres/contact", data=form | {"suite": page}).status_code == 303


def test_a_letter_of_intent_counts_once_it_is_a_promise(running: Running, saver: Visitor) -> None:
    """A company says what it would lend: nothing is promised. It promises a gift instead: it is."""
    intent = {"amount_minor": 70_000, "territory": "67", "commitment": "letter_of_intent"}
    loan = saver.post(PLEDGES, **intent, payer=BAKERY, instrument="loan")
    refused = saver.request(
        "POST", f"/promesses/{loan['pledge_id']}/engagement", data={"commitment": "promise"}
    )
    assert refused.status_code == 422
    gift = saver.post(PLEDGES, **intent, payer=BAKERY)
    eventually(lambda: promised(running, "67") == 0)
    saver.post(f"{PLEDGES}/{gift['pledge_id']}/commitment", commitment="promise")
    eventually(lambda: promised(running, "67") == 70_000)


def test_a_promise_in_parts_is_paid_changed_and_cancelled(running: Running, saver: Visitor) -> None:
    """10 € in three sum to the cent; what was paid stays; what is released is promised no longer; late money lands."""
    terms = {"kind": "instalments", "count": 3, "first_on": f"{TODAY}", "every": "month"}
    pledge = saver.post(PLEDGES, amount_minor=1_000, territory="68", terms=terms)
    assert [one["amount_minor"] for one in pledge["instalments"]] == [334, 333, 333]
    assert pledge["to_pay"]["amount_minor"] == 334
    day = running.bank_day()
    day.credit(334, reference=pledge["reference"])
    running.import_day(day)
    address = f"{PLEDGES}/{pledge['pledge_id']}"
    monthly = {"kind": "once", "due_on": f"{TODAY + timedelta(days=40)}"}
    changed = saver.request("PUT", f"{address}/terms", json={"amount_minor": 2_000, "terms": monthly}).json()
    assert (changed["amount_minor"], changed["received_minor"]) == (2_000, 334)
    eventually(lambda: promised(running, "68") == 2_000)
    assert saver.request("POST", f"{address}/cancellation").json()["state"] == "cancelled"
    eventually(lambda: promised(running, "68") == 334)
    late = running.bank_day()
    late.credit(600, reference=pledge["reference"])
    running.import_day(late)
    eventually(lambda: running.progress("68")["received_minor"] == 934)
    assert promised(running, "68") == 334


def test_too_little_too_much_and_twice_all_land(running: Running, saver: Visitor) -> None:
    """A promise of 10 €: 4 € leave it in part, 6 € pay it, and the same 6 € by mistake are received too."""
    pledge = saver.post(PLEDGES, amount_minor=1_000, territory="74")
    address = f"{PLEDGES}/{pledge['pledge_id']}"
    for amount, state, received in ((400, "partially_paid", 400), (600, "paid", 1_000), (600, "paid", 1_600)):
        day = running.bank_day()
        day.credit(amount, reference=pledge["reference"])
        running.import_day(day)
        assert saver.get(address)["state"] == state
        eventually(lambda received=received: running.progress("74")["received_minor"] == received)
    assert promised(running, "74") == 1_000


def test_a_monthly_promise_begins_and_stops(running: Running, saver: Visitor) -> None:
    """A year of 10 € a month is promised; stopped, nothing of it is."""
    first, last = TODAY.replace(day=1) + timedelta(days=32), TODAY.replace(day=1) + timedelta(days=370)
    terms = {"kind": "monthly", "first_on": f"{first.replace(day=5)}", "last_on": f"{last.replace(day=5)}"}
    pledge = saver.post(PLEDGES, amount_minor=1_000, territory="76", terms=terms)
    months = len(pledge["instalments"])
    assert {one["amount_minor"] for one in pledge["instalments"]} == {1_000}
    eventually(lambda: promised(running, "76") == months * 1_000)
    saver.request("POST", f"{PLEDGES}/{pledge['pledge_id']}/cancellation")
    eventually(lambda: promised(running, "76") == 0)


def test_pledges_are_imported_from_a_file(running: Running, tmp_path: Path) -> None:
    """A dry run says what it would do; the import makes them, once; a wrong line and nothing is made."""
    file = tmp_path / "promesses.csv"
    file.write_text("territoire;montant;identifiant\n70;1 234,56;A-1\n70;10;A-2\n", encoding="utf-8")
    assert running.milliard_json("pledges", "import", file, "--dry-run")["new_count"] == 2
    assert promised(running, "70") == 0
    assert running.milliard_json("pledges", "import", file)["new_count"] == 2
    eventually(lambda: promised(running, "70") == 124_456)
    assert running.milliard_json("pledges", "import", file)["new_count"] == 0
    file.write_text("territoire;montant\n70;5\n20;5\n", encoding="utf-8")
    refused = running.milliard("pledges", "import", file)
    assert (refused.returncode, "ligne 3" in refused.stdout + refused.stderr) == (1, True)
    assert promised(running, "70") == 124_456


def test_a_saver_signs_a_mandate_and_is_told_before_it_is_collected(
    running: Running, saver: Visitor, people: People
) -> None:
    """The letter names day, amount and mandate; the bank's file waits for the announced delay."""
    pledge = saver.post(PLEDGES, amount_minor=6_000, territory="71")
    leave_address(saver, pledge, "71")
    digest = saver.get("/api/pledges/mandate-text")["digest"]
    mandate = {"holder_name": "Jo Exemple", "iban": "FR1420041010050500013M02606", "rhythm": "once"}
    saver.post(f"{PLEDGES}/{pledge['pledge_id']}/mandates", **mandate, text_digest=digest)
    desk, day = people.treasurers[0], business_days_after(TODAY + timedelta(days=16), 3)
    batch = desk.post("/api/pledges/debit-batches", on=f"{day}")
    assert (batch["collection_count"], batch["amount_minor"]) == (1, 6_000)
    letter = saver.mail_with("Un prélèvement est prévu")
    assert "60,00" in letter["Text"]
    too_early = desk.request("POST", f"/api/pledges/debit-batches/{batch['batch_id']}/file")
    assert too_early.status_code == 409


def test_without_a_right_no_tax_receipt_is_offered(running: Running, saver: Visitor) -> None:
    """The page says why, and a made-up receipt is unknown to whoever checks it."""
    pledge = saver.post(PLEDGES, amount_minor=500, territory="72")
    page = saver.request("GET", f"/promesses/{pledge['pledge_id']}/recu")
    assert page.status_code == 200
    assert "reçu" in page.text
    checked = saver.request("POST", "/recus/verifier", data={"number": "2025-000001", "code": "X" * 20})
    assert "inconnu" in checked.text


def test_a_loan_is_promised_while_it_is_authorised(running: Running, saver: Visitor, people: People) -> None:
    """Refused with the reason, switched on by a treasurer with a ground, and off again; what is lent is no gift."""
    decide = f"/api/pledges/instruments/{LOAN}/decisions"
    asked = {"amount_minor": 30_000, "territory": "73", "instrument": LOAN}
    refused = saver.request("POST", PLEDGES, json=asked)
    assert (refused.status_code, "agrément" in refused.json()["detail"]) == (422, True)
    desk = people.treasurers[0]
    desk.post(decide, is_authorised=True, ground="Agrément obtenu, répétition de la campagne d’essai")
    try:
        lent = saver.post(PLEDGES, **asked)
        assert lent["instrument"] == LOAN
        eventually(lambda: promised(running, "73") == 30_000)
    finally:
        desk.post(decide, is_authorised=False, ground="Répétition terminée : l’agrément n’est pas là")
    assert "Répétition terminée" in saver.request("POST", PLEDGES, json=asked).json()["detail"]
    day = running.bank_day()
    day.credit(30_000, reference=lent["reference"])
    running.import_day(day)
    eventually(lambda: running.progress("73")["received_minor"] == 30_000)
    books = running.visitor().request("GET", "/comptes/73").text
    assert ("168100" in books, "754110" in books) == (True, False)
