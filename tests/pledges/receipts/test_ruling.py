"""Payments that receipts count on a treasurer's word only, and those that they are told not to count."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.pledges.operations.redo_receipts import redo_all_wrong_receipts
from shared.testing import client_for, session_token
from tests.pledges.conftest import TREASURER
from tests.pledges.receipts.conftest import PAYER, YEAR

COMPANY = "TRANSPORTS EXEMPLE SARL"
WHY = {"raison": "Chèque impayé, débité le 12 mars"}


@pytest.fixture
def payments_of(pledges) -> Any:
    """`await payments_of(pledge)`: the pages where its payments are ruled on, the oldest first."""

    async def read(pledge: dict[str, Any]) -> list[str]:
        async with pledges.database.begin() as work:
            rows = await work.execute(
                "select line_id from bank_lines where pledge_id = :id and fate = 'received' order by amount_minor",
                id=pledge["pledge_id"],
            )
            return [f"/banque/recus/versements/{line_id}" for line_id in rows.scalars()]

    return read


async def test_a_payment_of_somebody_else_waits_for_a_treasurer(
    pledges, issuer, pay, leave_name, issue, ask
) -> None:
    """A company paid what a person promised: neither an issue nor the donor makes a receipt of it."""
    await issuer()
    pledge = await pay(500_000, payer=COMPANY)
    await leave_name(pledge)
    done = await issue()
    total = done["totals"][0]
    assert (done["issued"], total["ready"], total["held"], total["held_minor"]) == (0, 0, 1, 500_000)
    async with client_for(pledges) as http:
        asked = await http.post(f"/promesses/{pledge['pledge_id']}/recu")
        assert (asked.status_code, "attend une vérification" in asked.text) == (422, True)
        page = await http.get(f"/promesses/{pledge['pledge_id']}/recu")
    assert "Un versement à vérifier" in page.text
    assert COMPANY not in page.text
    assert 'href="/banque/recus/versements?annee=2025"' in (await ask("GET", "/banque/recus?annee=2025")).text


async def test_a_donors_other_gifts_do_not_wait_with_it(issuer, pay, leave_name, issue, listed) -> None:
    """The receipt counts what they paid themselves."""
    await issuer()
    pledge = await pay(1000)
    await pay(500_000, pledge=pledge, payer=COMPANY)
    await leave_name(pledge)
    await issue()
    assert [one["amount_minor"] for one in await listed()] == [1000]


@pytest.mark.parametrize(
    ("last_name", "payer", "counts"),
    [("D’Étienne", "MME D ETIENNE ZOE", True), ("d'etienne", "Zoé D’Étienne", True), 
     ("Martin-Dupont", "MARTIN DUPONT", True),
     ("Lecœur", "M LECOEUR", True), ("Strauß", "STRAUSS", True), ("Ørsted", "MR ORSTED A", True),
     ("Nguyễn", "NGUYEN", True),
     ("Li", "PHILIPPE SARL", False), ("Martin", "DUPONT", False), ("Martin", "", False), ("Martin", None, False),
     ("Ŧ", "Ŧ", False)],
)  # fmt: skip
async def test_a_payment_counts_by_itself_under_the_donors_last_name(
    issuer, pay, leave_name, issue, last_name: str, payer: str | None, counts: bool
) -> None:
    """As banks write names: capitals, no accents, in any order. A bank that names nobody says nothing."""
    await issuer()
    await leave_name(await pay(1000, payer=payer), last_name=last_name)
    assert (await issue())["issued"] == counts


async def test_a_direct_debit_counts_by_the_holder_of_its_mandate(
    pledges, issuer, signed, prepare, bank_day, movement, promised, leave_name, issue
) -> None:
    """Who signed it: the bank's line of a debit may name nobody."""
    await issuer()
    for holder in ("Zoé D’Étienne", COMPANY):
        pledge = await promised(12_000)
        await signed(pledge, holder_name=holder)
        await leave_name(pledge)
    await prepare()
    async with pledges.database.begin() as work:
        rows = await work.execute(
            "select end_to_end_id, reference from debit_collections join pledges using (pledge_id)"
        )
        collected = rows.all()
    lines = [
        movement(1000, end_to_end_id=end_to_end_id, structured_reference=reference, counterparty_name=None)
        for end_to_end_id, reference in collected
    ]
    await bank_day(date(YEAR, 6, 5), lines)
    done = await issue()
    assert (len(lines), done["issued"], done["totals"][0]["held"]) == (2, 1, 1)


async def test_a_treasurer_confirms_a_payment(issuer, pay, leave_name, issue, ask, payments_of) -> None:
    """From the list of the year, which names both; who said so, and when, are kept."""
    await issuer()
    pledge = await pay(1000, payer="M OU MME MARTIN")
    await leave_name(pledge)
    (page,) = await payments_of(pledge)
    held = await ask("GET", "/banque/recus/versements?annee=2025")
    assert "M OU MME MARTIN" in held.text
    assert "Zoé D’Étienne" in held.text
    assert f'action="{page}/compter"' in held.text
    assert (
        (await ask("POST", f"{page}/compter", data={"annee": "2025"}))
        .headers["location"]
        .endswith("annee=2025")
    )
    assert "Aucun versement n’attend" in (await ask("GET", "/banque/recus/versements?annee=2025")).text
    assert str(TREASURER) in (await ask("GET", page)).text
    assert (await issue())["issued"] == 1


async def test_a_receipt_that_counts_what_left_the_account_is_made_again(
    pledges, issuer, pay, leave_name, issue, listed, ask, payments_of
) -> None:
    """A bounced cheque whose debit bears no reference: nobody can attach it, and a treasurer says so."""
    await issuer()
    pledge = await pay(400, 1000)
    await leave_name(pledge)
    await issue()
    _, bounced = await payments_of(pledge)
    assert (await ask("POST", f"{bounced}/ecarter", data=WHY)).status_code == 303
    (wrong,) = (await ask("GET", "/api/pledges/tax-receipts/wrong")).json()
    assert (wrong["left_minor"], wrong["because"]) == (400, "payment_detached")
    assert await redo_all_wrong_receipts(pledges.database) == 1
    first, second = await listed()
    assert (first["cancelled_because"], first["replaced_by"]) == ("payment_detached", "2025-000002")
    assert second["amount_minor"] == 400
    page = (await ask("GET", bounced)).text
    assert WHY["raison"] in page
    assert str(TREASURER) in page


async def test_what_is_not_to_be_counted_never_comes_back(
    issuer, pay, leave_name, issue, listed, ask, payments_of
) -> None:
    """Neither by the next issue, nor after a receipt was cancelled as a mistake."""
    await issuer()
    pledge = await pay(400, 1000)
    await leave_name(pledge)
    _, bounced = await payments_of(pledge)
    await ask("POST", f"{bounced}/ecarter", data=WHY)
    await issue()
    (receipt,) = await listed()
    await ask("POST", f"/api/pledges/tax-receipts/{receipt['receipt_id']}/cancellation")
    await leave_name(pledge)
    await issue()
    assert [one["amount_minor"] for one in await listed()] == [400, 400]


async def test_a_payment_is_counted_again_once_the_word_is_taken_back(
    issuer, pay, leave_name, issue, listed, ask, payments_of
) -> None:
    """By the next issue; the word is kept."""
    await issuer()
    pledge = await pay(1000)
    await leave_name(pledge)
    (page,) = await payments_of(pledge)
    await ask("POST", f"{page}/ecarter", data=WHY)
    assert (await issue())["issued"] == 0
    assert (await ask("POST", f"{page}/reprendre")).status_code == 303
    assert (await ask("POST", f"{page}/reprendre")).status_code == 422
    assert (await issue())["issued"] == 1


async def test_a_partly_returned_payment_that_is_set_aside_was_not_given_back(
    pledges, issuer, pay, bank_day, movement, leave_name, issue, ask, payments_of
) -> None:
    """What went back before the issue is not why the receipt is cancelled."""
    await issuer()
    pledge = await pay(1000)
    await bank_day(date(YEAR, 7, 1), [movement(-300, structured_reference=pledge["reference"])])
    await leave_name(pledge)
    await issue()
    (page,) = await payments_of(pledge)
    await ask("POST", f"{page}/ecarter", data=WHY)
    (wrong,) = (await ask("GET", "/api/pledges/tax-receipts/wrong")).json()
    assert (wrong["counted_minor"], wrong["left_minor"], wrong["because"]) == (700, 0, "payment_detached")


async def test_a_payment_is_not_set_aside_without_a_reason(issuer, pay, ask, payments_of) -> None:
    """The form says so, beside its field."""
    await issuer()
    (page,) = await payments_of(await pay(1000))
    refused = await ask("POST", f"{page}/ecarter", data={"raison": " "})
    assert (refused.status_code, "Écrivez pourquoi" in refused.text) == (422, True)
    assert "Écarté" not in (await ask("GET", page)).text


async def test_the_page_of_a_bank_line_leads_to_its_receipt(pay, ask, payments_of) -> None:
    """There a treasurer sees the bounced cheque."""
    (page,) = await payments_of(await pay(1000))
    assert f'href="{page}"' in (await ask("GET", f"/banque/lignes/{page.rpartition('/')[2]}")).text


async def test_only_national_treasurers_rule_on_payments(pledges, pay, payments_of, ask) -> None:
    """Names of givers are there; and what is no payment is not found."""
    (page,) = await payments_of(await pay(1000))
    async with client_for(pledges) as http:
        for role in (("treasurer", "64"), ("national_operator", "00")):
            who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[role])}"}
            for method, path in (
                ("GET", "/banque/recus/versements?annee=2025"),
                ("GET", page),
                ("POST", f"{page}/compter"),
                ("POST", f"{page}/ecarter"),
                ("POST", f"{page}/reprendre"),
            ):
                assert (await http.request(method, path, headers=who)).status_code == 403
    assert PAYER in (await ask("GET", page)).text
    assert (await ask("GET", f"/banque/recus/versements/{uuid4()}")).status_code == 404
