"""Receipts of which a payment is given back after the issue, or that say something wrong."""

from datetime import date
from typing import Any

import pytest

from services.pledges.operations.redo_receipts import redo_all_wrong_receipts
from shared.events.pledges import ReceiptCancelled, ReceiptIssued
from shared.testing import client_for, recorded
from tests.pledges.receipts.conftest import YEAR


@pytest.fixture
def give_back(bank_day, movement) -> Any:
    """`await give_back(pledge, 400)`: the bank gives a payment of the pledge back, the year after."""

    async def make(pledge: dict[str, Any], amount_minor: int) -> None:
        await bank_day(date(2026, 2, 2), [movement(-amount_minor, structured_reference=pledge["reference"])])

    return make


async def test_a_return_makes_the_receipt_again_for_what_is_left(
    pledges, issuer, pay, leave_name, issue, listed, give_back
) -> None:
    """The first one keeps its number and names its successor; both are told."""
    await issuer()
    pledge = await pay(1000, 250)
    await leave_name(pledge)
    await issue()
    await give_back(pledge, 400)
    assert await redo_all_wrong_receipts(pledges.database) == 1
    first, second = await listed()
    assert (first["number"], first["cancelled_because"]) == ("2025-000001", "payment_returned")
    assert (first["replaced_by"], second["number"]) == ("2025-000002", "2025-000002")
    assert (first["amount_minor"], second["amount_minor"]) == (1250, 850)
    told = [event for event in await recorded(pledges) if isinstance(event, ReceiptIssued | ReceiptCancelled)]
    assert [type(event).__name__ for event in told] == ["ReceiptIssued", "ReceiptCancelled", "ReceiptIssued"]
    assert told[2].replaces == ("2025-000001",)  # type: ignore[union-attr]


async def test_an_allocated_payment_is_a_gift_until_its_allocation_is_undone(
    pledges, issuer, promised, bank_day, movement, leave_name, issue, listed, as_treasurer
) -> None:
    """It came without a reference, and a treasurer said whose it was; then that this was wrong."""
    await issuer()
    pledge = await promised(5000)
    await leave_name(pledge)
    await bank_day(date(YEAR, 6, 15), [movement(700)])
    part = {"parts": [{"reference": pledge["reference"]}], "waiting_minor": 700}
    async with client_for(pledges) as http:
        http.headers.update(as_treasurer)
        (line,) = (await http.get("/api/pledges/suspense")).json()
        made = (await http.post(f"/api/pledges/lines/{line['line_id']}/allocations", json=part)).json()
        await issue()
        undoing = f"/api/pledges/allocations/{made['allocations'][0]['allocation_id']}/undoing"
        await http.post(undoing, json={"reason": "Une autre personne"})
        await http.post(f"{undoing}/confirmation")
    assert await redo_all_wrong_receipts(pledges.database) == 1
    (only,) = await listed()
    assert (only["amount_minor"], only["cancelled_because"]) == (700, "payment_detached")
    async with client_for(pledges) as http:
        assert "compté par erreur" in (await http.get(f"/recus/{only['receipt_id']}")).text


async def test_a_gift_that_goes_back_whole_leaves_no_receipt(
    pledges, issuer, pay, leave_name, issue, listed, give_back
) -> None:
    """It is cancelled, and nothing replaces it."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await issue()
    await give_back(pledge, 1000)
    await redo_all_wrong_receipts(pledges.database)
    (only,) = await listed()
    assert (only["cancelled_because"], only["replaced_by"]) == ("payment_returned", None)
    assert (await issue())["issued"] == 0


async def test_a_receipt_of_other_gifts_replaces_nothing(
    pledges, issuer, pay, leave_name, issue, listed, give_back
) -> None:
    """A late gift of the year, after all that was counted went back."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await issue()
    await give_back(pledge, 1000)
    await pay(300, pledge=pledge, day=date(YEAR, 12, 30))
    await issue()
    assert [(one["amount_minor"], one["replaced_by"]) for one in await listed()] == [
        (1000, None),
        (300, None),
    ]


async def test_a_receipt_to_make_again_is_listed_until_it_is(
    pledges, ask, issuer, pay, leave_name, issue, give_back
) -> None:
    """With what it counts and what is left."""
    await issuer()
    pledge = await pay(1000, 250)
    await leave_name(pledge)
    await issue()
    await give_back(pledge, 400)
    (wrong,) = (await ask("GET", "/api/pledges/tax-receipts/wrong")).json()
    assert (wrong["number"], wrong["counted_minor"], wrong["left_minor"]) == ("2025-000001", 1250, 850)
    assert "Reçus à refaire" in (await ask("GET", "/banque/recus")).text
    await redo_all_wrong_receipts(pledges.database)
    assert (await ask("GET", "/api/pledges/tax-receipts/wrong")).json() == []
    assert "Reçus à refaire" not in (await ask("GET", "/banque/recus")).text


async def test_a_return_before_the_issue_makes_nothing_again(
    pledges, issuer, pay, leave_name, issue, give_back
) -> None:
    """The receipt counted what was left already; another return of the same payment is a new one."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await give_back(pledge, 400)
    await issue()
    assert await redo_all_wrong_receipts(pledges.database) == 0
    await give_back(pledge, 100)
    assert await redo_all_wrong_receipts(pledges.database) == 1


async def test_without_a_right_a_wrong_receipt_is_cancelled_only(
    pledges, ask, issuer, pay, leave_name, issue, listed, give_back
) -> None:
    """A false receipt is worse than none."""
    made = await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await issue()
    await ask("POST", f"/api/pledges/receipt-issuers/{made['issuer_id']}/right/end")
    await give_back(pledge, 400)
    await redo_all_wrong_receipts(pledges.database)
    (only,) = await listed()
    assert (only["cancelled_because"], only["replaced_by"]) == ("payment_returned", None)


async def test_an_issue_begins_with_the_wrong_receipts(
    issuer, pay, leave_name, issue, listed, give_back
) -> None:
    """Whoever issues leaves a year that is right."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await issue()
    await give_back(pledge, 400)
    assert (await issue())["made_again"] == 1
    assert [one["amount_minor"] for one in await listed()] == [1000, 600]


async def test_a_receipt_cancelled_for_a_false_name_does_not_come_back_with_it(
    ask, issuer, pay, leave_name, issue, listed
) -> None:
    """The next issue waits for the donor to leave the right one."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    await issue()
    (wrong,) = await listed()
    await ask("POST", f"/api/pledges/tax-receipts/{wrong['receipt_id']}/cancellation")
    done = await issue()
    assert (done["issued"], done["totals"][0]["nameless"]) == (0, 1)


async def test_a_mistaken_receipt_is_made_again_under_the_corrected_name(
    pledges, ask, issuer, pay, leave_name, issue, listed
) -> None:
    """The treasurer cancels, the donor corrects and asks; the cancelled one keeps its number and its name."""
    await issuer()
    pledge = await pay(1000, payer="FAUTIF OU JUSTE")
    await leave_name(pledge, last_name="Fautif")
    await issue()
    (wrong,) = await listed()
    path = f"/api/pledges/tax-receipts/{wrong['receipt_id']}/cancellation"
    assert (await ask("POST", path)).json()["cancelled_because"] == "mistake"
    assert (await ask("POST", path)).status_code == 409
    await leave_name(pledge, last_name="Juste")
    async with client_for(pledges) as http:
        assert (await http.post(f"/promesses/{pledge['pledge_id']}/recu")).status_code == 303
    assert [(one["number"], one["replaced_by"]) for one in await listed()] == [
        ("2025-000001", "2025-000002"),
        ("2025-000002", None),
    ]
    async with pledges.database.begin() as work:
        rows = await work.execute(
            "select last_name from tax_receipts join donors using (donor_id) where year = :year order by number",
            year=YEAR,
        )
        assert list(rows.scalars()) == ["Fautif", "Juste"]
