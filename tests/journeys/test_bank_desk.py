"""The bank desk day by day: two formats, notifications that detail sums, exports, searches, rolls."""

from datetime import timedelta
from pathlib import Path

import pytest

from deploy.local.campaign.people import People
from deploy.local.campaign.visitor import Visitor
from shared.values import today_in_france
from tests.pledges.formats.cfonb_writer import Movement, as_file
from tests.pledges.formats.cfonb_writer import statement as cfonb_statement
from tests.pledges.notified import Notified, Part, notification
from tests.running import Running, eventually

TODAY = today_in_france()


@pytest.fixture(scope="module")
def desk(people: People) -> Visitor:
    """The treasurer who keeps the bank desk."""
    return people.treasurers[0]


def test_a_sum_finds_its_pledges_by_the_banks_notification(running: Running, tmp_path: Path) -> None:
    """The statement has the sum, the camt.054 its parts: each lands in its territory, and no euro counts twice."""
    one, other = running.pledge(territory="88", euros=21), running.pledge(territory="89", euros=12)
    day = running.bank_day()
    day.lump(3_300, bank_reference="REMISE-88-89")
    running.import_day(day)
    parts = [Part(2_100, text=one["reference"]), Part(1_200, text=other["reference"])]
    file = tmp_path / "avis.xml"
    file.write_bytes(
        notification(
            Notified(parts, reference="REMISE-88-89", booked_on=day.booked_on), id="A-1", iban=running.account
        )
    )
    before = running.progress()["received_minor"]
    for _ in range(2):
        assert running.milliard("bank", "import", file).returncode == 0
    places = ("88", "89")
    eventually(lambda: [running.progress(place)["received_minor"] for place in places] == [2_100, 1_200])
    assert running.progress()["received_minor"] == before + 3_300
    assert running.milliard_json("ledger", "verify")["problems"] == []


def test_a_cfonb_statement_is_posted_like_any_other(running: Running, tmp_path: Path) -> None:
    """Of days before the others': its payment lands, and the books are proved over both formats."""
    pledge = running.pledge(territory="93", euros=21)
    first, last = TODAY - timedelta(days=9), TODAY - timedelta(days=8)
    moves = [
        Movement(signed_minor=2_100, on=last, said=[("LCC", f"DON {pledge['reference']}")]),
        Movement(signed_minor=-2_100, on=last, label="VIR EMIS"),
    ]
    file = tmp_path / "semaine.txt"
    file.write_bytes(as_file(cfonb_statement(moves, opening_on=first, closing_on=last)))
    (report,) = running.milliard_json("bank", "import", file)
    (imported,) = report["statements"]
    assert (imported["received_count"], imported["suspended_count"]) == (1, 1)
    eventually(lambda: running.progress("93")["received_minor"] == 2_100)
    assert running.milliard_json("ledger", "verify")["problems"] == []


def test_lines_are_exported_and_pledges_are_found(running: Running, desk: Visitor) -> None:
    """By reference at the desk; and the accountant's file names the promise of a line."""
    pledge = running.pledge(territory="90", euros=13)
    day = running.bank_day()
    day.credit(1_300, reference=pledge["reference"])
    running.import_day(day)
    found = desk.get("/api/pledges/pledges", params={"reference": pledge["reference_in_groups"]})["pledges"]
    assert [one["pledge_id"] for one in found] == [pledge["pledge_id"]]
    csv = running.milliard("bank", "export", "--from", f"{TODAY}", "--to", f"{TODAY}").stdout
    assert [line for line in csv.splitlines() if pledge["reference"] in line and "13,00" in line]


def test_the_books_hold_what_the_bank_says(running: Running) -> None:
    """Whatever was imported, in whichever format and order: not one cent apart, for everybody to see."""
    day = running.bank_day()
    day.credit(700, text="Rien à dire")
    day.fee(150)
    running.import_day(day)
    anybody = running.visitor()
    eventually(lambda: anybody.get("/api/ledger/bank-proof")["is_proved"])
    (euros,) = anybody.get("/api/ledger/bank-proof")["currencies"]
    assert (euros["gap_minor"], euros["held_minor"]) == (0, day.closing_minor)
    assert "au centime près" in running.visitor().request("GET", "/comptes").text


def test_a_roll_of_those_who_gave_has_no_amounts(running: Running) -> None:
    """Drawn as of today by command: who paid is on it, and the page of their promise says so."""
    pledge = running.pledge(territory="91", euros=19)
    day = running.bank_day()
    day.credit(1_900, reference=pledge["reference"])
    running.import_day(day)
    drawn = running.milliard_json("investors", "draw", "--as-of", f"{TODAY}")
    assert drawn["person_count"] >= 1
    assert not [name for name in drawn if name.endswith("_minor")]
    page = running.visitor().request("GET", f"/promesses/{pledge['pledge_id']}").text
    assert "Vous êtes sur" in page
