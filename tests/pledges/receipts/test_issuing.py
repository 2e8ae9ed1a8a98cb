"""Issuing the receipts of a year: which gifts count, in which receipts, under which numbers."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.pledges.operations.issue_receipts import issue_to
from services.pledges.queries.receipt_issuers import issuers_on
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.events.pledges import ReceiptIssued
from shared.testing import client_for, recorded
from tests.pledges.receipts.conftest import YEAR

OTHER_IBAN = "FR7610107001011234567890129"


async def test_a_donor_gets_one_receipt_of_all_gifts_of_the_year(
    issuer, pay, leave_name, issue, listed
) -> None:
    """Several transfers, on several days."""
    await issuer()
    pledge = await pay(1000, 250)
    await pay(99, pledge=pledge, day=date(YEAR, 12, 31))
    await leave_name(pledge)
    assert (await issue())["issued"] == 1
    (receipt,) = await listed()
    assert (receipt["number"], receipt["amount_minor"], receipt["cancelled_at"]) == (
        "2025-000001",
        1349,
        None,
    )


async def test_gifts_of_other_years_wait_for_theirs(issuer, pay, leave_name, issue, listed) -> None:
    """The bank's date decides: the last evening of December and the first morning of January are two years."""
    await issuer(first_on="2024-01-01")
    pledge = await pay(1, day=date(2024, 12, 31))
    await pay(20, pledge=pledge, day=date(YEAR, 1, 1))
    await pay(300, pledge=pledge, day=date(2026, 1, 1))
    await leave_name(pledge)
    await issue()
    assert [one["amount_minor"] for one in await listed()] == [20]
    assert await listed(2024) == []


async def test_what_was_given_back_is_not_counted(
    issuer, pay, promised, movement, bank_day, leave_name, issue, listed
) -> None:
    """A part is taken off; a gift that went back whole gives no receipt."""
    await issuer()
    for received, returned in ((1000, 400), (700, 700)):
        pledge = await promised()
        reference = pledge["reference"]
        await bank_day(
            date(YEAR, 2, 1),
            [
                movement(received, structured_reference=reference),
                movement(-returned, structured_reference=reference),
            ],
        )
        await leave_name(pledge)
    assert (await issue())["issued"] == 1
    assert [one["amount_minor"] for one in await listed()] == [600]


async def test_a_payment_has_the_mode_that_the_bank_tells(
    pledges, issuer, promised, movement, bank_day, leave_name, issue
) -> None:
    """A cheque and cash are not transfers; direct debits have the box of transfers."""
    await issuer()
    pledge = await promised()
    codes = [None, "PMNT/RCDT/ESCT", "PMNT/IDDT/ESDD", "PMNT/RCHQ/URCQ", "PMNT/CNTR/CDPT"]
    lines = [
        movement(100 + number, structured_reference=pledge["reference"], transaction_code=code)
        for number, code in enumerate(codes)
    ]
    await bank_day(date(YEAR, 2, 1), lines)
    await leave_name(pledge)
    await issue()
    async with pledges.database.begin() as work:
        rows = await work.execute("select mode from counted_payments order by amount_minor")
        assert list(rows.scalars()) == ["transfer", "transfer", "transfer", "cheque", "cash"]


async def test_money_in_suspense_is_no_gift_yet(issuer, pay, bank_day, movement, issue) -> None:
    """Nobody knows whose it is."""
    await issuer()
    await bank_day(date(YEAR, 2, 1), [movement(5000)])
    done = await issue()
    assert (done["issued"], done["totals"][0]["ready"], done["totals"][0]["nameless"]) == (0, 0, 0)


async def test_a_donor_without_a_name_is_counted_apart(issuer, pay, leave_name, issue) -> None:
    """And gets a receipt once the name is there."""
    await issuer()
    pledge = await pay(1000)
    (total,) = (await issue())["totals"]
    assert (total["receipts"], total["nameless"], total["nameless_minor"]) == (0, 1, 1000)
    await leave_name(pledge)
    assert (await issue())["issued"] == 1


async def test_issuing_again_makes_only_what_is_missing(issuer, pay, leave_name, issue, listed) -> None:
    """A gift that a late statement brought is counted by a second receipt; the first one stays."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    assert (await issue())["issued"] == 1
    assert (await issue())["issued"] == 0
    await pay(500, pledge=pledge, day=date(YEAR, 12, 30))
    assert (await issue())["issued"] == 1
    assert [(one["number"], one["amount_minor"]) for one in await listed()] == [
        ("2025-000001", 1000),
        ("2025-000002", 500),
    ]


async def test_a_dry_run_says_what_would_be_issued(issuer, pay, leave_name, issue, listed) -> None:
    """And issues nothing."""
    await issuer()
    await leave_name(await pay(1000))
    done = await issue(dry_run=True)
    assert (done["issued"], done["totals"][0]["ready"], done["totals"][0]["ready_minor"]) == (0, 1, 1000)
    assert await listed() == []


async def test_a_year_that_goes_on_has_no_receipts(issuer, ask) -> None:
    """It may still bring and take."""
    await issuer()
    answer = await ask("POST", "/api/pledges/tax-receipts/issues", json={"year": 2098})
    assert (answer.status_code, answer.json()["code"]) == (422, "year_not_over")


async def test_a_right_that_begins_in_the_year_covers_the_gifts_from_that_day(
    issuer, pay, leave_name, issue, listed
) -> None:
    """And up to its last day."""
    await issuer(first_on="2025-03-01", last_on="2025-06-30")
    pledge = await pay(1, day=date(YEAR, 2, 28))
    await pay(20, pledge=pledge, day=date(YEAR, 3, 1))
    await pay(300, pledge=pledge, day=date(YEAR, 6, 30))
    await pay(4000, pledge=pledge, day=date(YEAR, 7, 1))
    await leave_name(pledge)
    await issue()
    assert [one["amount_minor"] for one in await listed()] == [320]


async def test_each_organisation_counts_the_gifts_of_its_account(
    make_service, issuer, pledges, pay, movement, bank_day, leave_name, issue, listed
) -> None:
    """Its receipts have numbers of their own."""
    pledges.settings.account_ibans = (DEMONSTRATION_IBAN, OTHER_IBAN)
    await issuer()
    await issuer(registration="W641000000", name="Fonds de l’Adour", accounts=[OTHER_IBAN])
    pledge = await pay(1000)
    await bank_day(
        date(YEAR, 5, 1), [movement(200, structured_reference=pledge["reference"])], iban=OTHER_IBAN
    )
    await leave_name(pledge)
    assert (await issue())["issued"] == 2
    assert [(one["number"], one["registration"], one["amount_minor"]) for one in await listed()] == [
        ("2025-000001", "732829320", 1000),
        ("2025-000001", "W641000000", 200),
    ]


async def test_a_receipt_is_told_without_name_or_address(
    pledges, issuer, pay, leave_name, issue, person_of
) -> None:
    """Its number, year and amount, in the territory of the first gift."""
    await issuer()
    pledge = await pay(1000, territory="2A")
    await leave_name(pledge)
    await issue()
    (event,) = [event for event in await recorded(pledges) if isinstance(event, ReceiptIssued)]
    assert event.key == str(await person_of(pledge))
    assert (event.territory, event.number, event.year, event.amount_minor) == (
        "2A",
        "2025-000001",
        YEAR,
        1000,
    )
    assert not {"Étienne", "Cœur", "64100", "Bayonne"} & set(event.model_dump_json().split('"'))


async def test_numbers_have_no_gap_when_receipts_are_issued_side_by_side(
    pledges, issuer, pay, leave_name, listed, person_of
) -> None:
    """Those that are rolled back give theirs to the next."""
    await issuer()
    donors = [await pay(100 + number) for number in range(12)]
    for pledge in donors:
        await leave_name(pledge)
    persons = [await person_of(pledge) for pledge in donors]

    async def issue_one(number: int) -> None:
        async with pledges.database.begin() as work:
            (only,) = await issuers_on(work)
            await issue_to(work, [persons[number]], issuer=only, year=YEAR, by=None)
            await asyncio.sleep(0.01)
            if number % 3 == 0:
                raise RuntimeError("rolled back")

    results = await asyncio.gather(*map(issue_one, range(12)), return_exceptions=True)
    assert sum(isinstance(one, RuntimeError) for one in results) == 4
    assert [one["number"] for one in await listed()] == [f"2025-{number:06d}" for number in range(1, 9)]


async def test_a_gift_counts_once_when_it_is_asked_for_twice_at_once(
    pledges, issuer, pay, leave_name, issue, listed
) -> None:
    """By the donor's page and by the treasurer, at the same time."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)

    async def ask_as_donor() -> Any:
        async with client_for(pledges) as http:
            return await http.post(f"/promesses/{pledge['pledge_id']}/recu")

    await asyncio.gather(issue(), ask_as_donor(), ask_as_donor(), issue())
    assert [one["amount_minor"] for one in await listed()] == [1000]


async def test_donors_beyond_a_chunk_are_all_served(
    monkeypatch: pytest.MonkeyPatch, issuer, pay, leave_name, issue, listed
) -> None:
    """Each once, in receipts of following numbers."""
    monkeypatch.setattr("services.pledges.operations.issue_year.CHUNK", 2)
    await issuer()
    for number in range(5):
        await leave_name(await pay(100 + number))
    assert (await issue())["issued"] == 5
    found = await listed()
    assert [one["number"] for one in found] == [f"2025-{number:06d}" for number in range(1, 6)]
    assert sorted(one["amount_minor"] for one in found) == [100, 101, 102, 103, 104]
