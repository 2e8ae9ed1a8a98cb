"""From a promise to a line on a statement to the public figures, and to the thanks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stdnum.iso11649 import is_valid

from deploy.local.campaign.people import People
from tests.running import Running, eventually

SAMPLES = Path(__file__).parents[1] / "pledges" / "samples"
HOSTILE = sorted(SAMPLES.glob("hostile_*.xml"))


@pytest.fixture(scope="module")
def giver(running: Running) -> tuple[Any, dict[str, Any]]:
    """A saver without an account, and their promise of 80 € for territory 23."""
    saver = running.visitor()
    pledge = saver.post("/api/pledges/pledges", amount_minor=8_000, territory="23", fund="fonds-commun")
    return saver, pledge


def test_a_promise_has_a_reference_and_a_qr_code(running: Running, giver: Any) -> None:
    """The reference is ISO 11649 with digits only, so that every bank takes it; the page shows how to pay."""
    saver, pledge = giver
    reference = pledge["reference"]
    assert is_valid(reference)
    assert reference[2:].isdigit()
    page = saver.request("GET", pledge["url"]).text
    assert [group for group in pledge["reference_in_groups"].split() if f">{group}<" not in page] == []
    assert "<svg" in page
    eventually(lambda: running.progress("23")["promised_minor"] == 8_000)


def test_a_saver_who_leaves_an_address_gets_the_instructions(giver: Any) -> None:
    """Text and HTML name the reference and the account."""
    saver, pledge = giver
    form = {"person_id": pledge["person_id"], "email": saver.email, "name": "Jo", "territory": "23"}
    left = saver.request(
        "POST", "/membres/contact", data=form | {"suite": f"/promesses/{pledge['pledge_id']}"}
    )
    assert left.status_code == 303
    letter = saver.mail_with(pledge["reference_in_groups"])
    for part in (letter["Text"], letter["HTML"]):
        assert pledge["reference_in_groups"] in part.replace("\u00a0", " ")
        assert "FR76" in part


def test_the_money_arrives(running: Running, giver: Any) -> None:
    """One import: the figures move, the proof's date follows, and the giver is thanked."""
    saver, pledge = giver
    before = running.progress()
    day = running.bank_day()
    day.credit(8_000, reference=pledge["reference"])
    day.fee(350)
    day.credit(1_234, text="Merci à vous")
    statement = running.import_day(day)
    counts = [statement[f"{kind}_count"] for kind in ("line", "received", "fee", "suspended")]
    assert counts == [3, 1, 1, 1]

    after = running.progress()
    assert after["received_minor"] - before["received_minor"] == 8_000
    assert running.progress("23")["received_minor"] == 8_000
    eventually(lambda: running.progress()["received_proved_on"] == f"{day.booked_on}")
    thanks = saver.mail_with("Votre versement est arrivé")
    assert "80,00" in thanks["Text"]
    assert "80,00" in thanks["HTML"]


def test_the_same_file_twice_changes_nothing(running: Running) -> None:
    """By command and again: known, and not one more entry."""
    day = running.bank_day()
    day.credit(2_500, reference=running.pledge(territory="23", euros=25)["reference"])
    assert running.import_day(day)["status"] == "imported"
    before, books = _proved(running), running.milliard_json("ledger", "verify")
    assert running.import_day(day)["status"] == "already_imported"
    assert _proved(running) == before
    assert running.milliard_json("ledger", "verify")["entries"] == books["entries"]


def test_a_treasurer_uploads_a_statement(running: Running, people: People) -> None:
    """The page takes the same file as the command; a treasurer of a territory is not let in."""
    desk, other = people.treasurers
    day = running.bank_day()
    day.credit(1_700, reference=running.pledge(territory="07", euros=17)["reference"])
    content = running.written(day).read_bytes()

    def send(who: Any) -> Any:
        return who.request("POST", "/banque", files={"file": ("relevé.xml", content, "application/xml")})

    assert send(other).status_code == 403
    sent = send(desk)
    assert (sent.status_code, sent.headers["location"]) == (303, "/banque?importes=1&connus=0")
    assert send(desk).headers["location"] == "/banque?importes=0&connus=1"
    eventually(lambda: running.progress("07")["received_minor"] == 1_700)


def test_hostile_files_leave_nothing(running: Running) -> None:
    """Exit code 1, one sentence for each, no statement more, no figure moved."""
    before, statements = _proved(running), running.milliard_json("bank", "statements")
    done = running.milliard("bank", "import", *HOSTILE)
    assert done.returncode == 1
    assert [file.name for file in HOSTILE if f"{file.name} : " not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert running.milliard_json("bank", "statements") == statements
    assert _proved(running) == before


def test_a_return_takes_back_what_came_with_its_share(running: Running, people: People) -> None:
    """100 € received under a share of 5 % and returned whole: 95 and 5 go back, the figure is as before."""
    day = running.bank_day()
    people.operators[0].post_when_known(
        "/api/ledger/policies",
        territory="59",
        basis_points=500,
        effective_on=f"{day.booked_on}",
        decision_reference="Assemblée du territoire 59, résolution 1",
    )
    pledge = running.pledge(territory="59", euros=100)
    day.credit(10_000, reference=pledge["reference"])
    running.import_day(day)
    came = running.progress("59")
    assert (came["received_minor"], came["local_currency_minor"]) == (10_000, 500)

    back = running.bank_day()
    back.give_back(10_000, reference=pledge["reference"])
    assert running.import_day(back)["returned_count"] == 1
    gone = running.progress("59")
    assert (gone["received_minor"], gone["local_currency_minor"]) == (0, 0)


def test_a_missing_statement_is_an_alarm_until_it_comes(running: Running, people: People) -> None:
    """A day whose opening balance is not the last closing one is in, and the gap shows until it is filled."""
    missing = running.bank_day()
    missing.credit(600, reference=running.pledge(territory="48", euros=6)["reference"])
    late = running.bank_day()
    late.credit(700, reference=running.pledge(territory="48", euros=7)["reference"])
    assert running.import_day(late)["gap_minor"] == 600
    desk = people.treasurers[0]
    assert len(desk.get("/api/pledges/alarms")) == 1
    running.import_day(missing)
    assert desk.get("/api/pledges/alarms") == []


def test_watchers_of_the_page_hear_of_it(running: Running) -> None:
    """Server-sent events: the figures at once, then again when a statement is posted."""
    with running.visitor().stream("/api/ledger/progress/events") as events:
        first = next(events)
        day = running.bank_day()
        day.credit(900, reference=running.pledge(territory="15", euros=9)["reference"])
        running.import_day(day)
        assert any(one["received_minor"] >= first["received_minor"] + 900 for one in _some(events, 10))


def _some(events: Iterator[dict[str, Any]], most: int) -> Iterator[dict[str, Any]]:
    for _ in range(most):
        yield next(events)


def _proved(running: Running) -> dict[str, Any]:
    """The figures, without their hour, once everything that was imported is proved."""

    def is_all_proved() -> bool:
        proof = running.visitor().get("/api/ledger/bank-proof")
        (account,) = proof["accounts"]
        return bool(
            proof["is_proved"] and running.progress()["received_proved_on"] == account["proved_until"]
        )

    eventually(is_all_proved)
    return {name: value for name, value in running.progress().items() if name != "as_of"}
