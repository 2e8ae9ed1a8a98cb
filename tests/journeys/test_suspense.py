"""Money that nothing explained at first: it waits in sight, finds its promise, and a mistake is put right."""

from typing import Any

import pytest

from deploy.local.campaign.people import People
from deploy.local.campaign.visitor import Visitor
from tests.running import Running, eventually


@pytest.fixture(scope="module")
def desk(people: People) -> Visitor:
    """The treasurer who keeps the bank desk."""
    return people.treasurers[0]


def received(running: Running, territory: str) -> int:
    return int(running.progress(territory)["received_minor"])


def line_waiting(desk: Visitor, amount_minor: int) -> str:
    """The line of this amount that waits at the desk."""
    (line,) = [one for one in desk.get("/api/pledges/suspense") if one["waiting_minor"] == amount_minor]
    return str(line["line_id"])


def problems(running: Running) -> Any:
    return running.milliard_json("ledger", "verify")["problems"]


def test_a_transfer_without_reference_finds_its_promise_by_hand(running: Running, desk: Visitor) -> None:
    """It waits, a treasurer divides it, the territories receive; undone in two steps, it waits again."""
    one, other = running.pledge(territory="46", euros=30), running.pledge(territory="32", euros=12)
    day = running.bank_day()
    day.credit(4_200, text="Pour vous deux, bravo")
    running.import_day(day)
    line_id = line_waiting(desk, 4_200)
    parts = [{"reference": one["reference"], "amount_minor": 3_000}, {"reference": other["reference"]}]
    divided = desk.post(f"/api/pledges/lines/{line_id}/allocations", parts=parts, waiting_minor=4_200)
    assert divided["line"]["waiting_minor"] == 0
    eventually(lambda: (received(running, "46"), received(running, "32")) == (3_000, 1_200))

    first = next(part for part in divided["allocations"] if part["reference"] == one["reference"])
    undoing = f"/api/pledges/allocations/{first['allocation_id']}/undoing"
    desk.post(undoing, reason="Ce virement était pour une autre promesse")
    assert received(running, "46") == 3_000
    desk.post(f"{undoing}/confirmation")
    eventually(lambda: received(running, "46") == 0)
    assert line_waiting(desk, 3_000) == line_id
    assert received(running, "32") == 1_200
    assert problems(running) == []


def test_one_transfer_pays_several_promises(running: Running) -> None:
    """Two references in its text, and exactly what both miss: nobody has to do anything."""
    one, other = running.pledge(territory="82", euros=20), running.pledge(territory="81", euros=15)
    day = running.bank_day()
    day.credit(3_500, text=f"{one['reference_in_groups']} et {other['reference_in_groups']}")
    running.import_day(day)
    eventually(lambda: (received(running, "82"), received(running, "81")) == (2_000, 1_500))


def test_several_people_pay_one_promise(running: Running) -> None:
    """Partial payments, then too much: all of it lands."""
    pledge = running.pledge(territory="12", euros=50)
    day = running.bank_day()
    for amount in (1_000, 4_000, 500):
        day.credit(amount, reference=pledge["reference"])
    running.import_day(day)
    eventually(lambda: received(running, "12") == 5_500)
    assert running.visitor().get(f"/api/pledges/pledges/{pledge['pledge_id']}")["state"] == "paid"


def test_a_mistyped_reference_is_shown_beside_the_promise_that_was_meant(
    running: Running, desk: Visitor
) -> None:
    """One wrong digit: the line waits, and its page offers the promise."""
    pledge = running.pledge(territory="09", euros=17)
    reference = pledge["reference"]
    slipped = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    day = running.bank_day()
    day.credit(1_717, text=f"Don {slipped}")
    running.import_day(day)
    found = desk.get(f"/api/pledges/lines/{line_waiting(desk, 1_717)}")
    # One beginning in ten of what was typed has a right check by chance: it is then said to be nobody's.
    assert found["line"]["reason"] in ("mistyped_reference", "unknown_reference")
    assert [one["reference"] for one in found["mistyped"]] == [reference]
    page = desk.request("GET", f"/banque/lignes/{found['line']['line_id']}").text
    assert "une faute de frappe près" in page.replace("\u00a0", " ")


def test_who_paid_without_a_reference_attaches_it_by_a_link(running: Running, desk: Visitor) -> None:
    """The treasurer sends the link; a saver without an account makes it a promise for their territory."""
    day = running.bank_day()
    day.credit(2_323, text="Virement de Camille")
    running.import_day(day)
    line_id = line_waiting(desk, 2_323)
    link = desk.post(f"/api/pledges/lines/{line_id}/claim-link")["url"]
    saver, token = running.visitor(), link.partition("jeton=")[2]
    assert "23,23" in saver.request("GET", link).text
    done = saver.request("POST", "/paiements/retrouver", data={"jeton": token, "territory": "65"})
    assert done.status_code == 303
    eventually(lambda: received(running, "65") == 2_323)
