"""The treasurers' desk of receipts: totals of a year, issuing by page and by command, and who may."""

import json
import re
from functools import partial
from uuid import uuid4

import pytest

from shared.testing import client_for, session_token
from tests.pledges import terminal
from tests.pledges.organisations import BAKERY, PLEDGES

TOTALS = "/api/pledges/tax-receipts/totals"


async def test_a_year_has_the_totals_to_declare(issuer, pay, leave_name, issue, ask, listed) -> None:
    """Receipts in force and their amount; cancelled ones apart."""
    await issuer()
    for amount in (1000, 2500):
        await leave_name(await pay(amount))
    await pay(70)
    await issue()
    (first, _) = await listed()
    await ask("POST", f"/api/pledges/tax-receipts/{first['receipt_id']}/cancellation")
    (total,) = (await ask("GET", TOTALS, params={"year": 2025})).json()
    left = 3500 - first["amount_minor"]
    assert (total["receipts"], total["amount_minor"], total["cancelled"]) == (1, left, 1)
    assert (total["ready"], total["ready_minor"]) == (0, 0)
    assert (total["nameless"], total["nameless_minor"]) == (2, 70 + first["amount_minor"])


@pytest.mark.parametrize(("amount_minor", "needs"), [(15_300_000, False), (15_300_001, True)])
async def test_above_the_threshold_the_desk_asks_for_an_auditor(
    issuer, pay, ask, amount_minor: int, needs: bool
) -> None:
    """Gifts without a receipt count too."""
    await issuer()
    await pay(amount_minor)
    (total,) = (await ask("GET", TOTALS, params={"year": 2025})).json()
    assert total["needs_audit"] is needs
    page = await ask("GET", "/banque/recus", params={"annee": 2025})
    assert ("commissaire aux comptes" in page.text) is needs


async def test_gifts_of_organisations_count_for_the_auditor_too(pledges, issuer, pay, ask) -> None:
    """With those of persons, whether the right is still on or not."""
    made = await issuer()
    async with client_for(pledges) as http:
        company = await http.post(PLEDGES, json={"amount_minor": 10**7, "territory": "64", "payer": BAKERY})
    assert company.status_code == 201, company.text
    await pay(15_300_000, pledge=company.json(), payer="La Boulange solidaire")
    (total,) = (await ask("GET", TOTALS, params={"year": 2025})).json()
    assert (total["gifts_minor"], total["needs_audit"]) == (15_300_000, False)
    await pay(1)
    await ask("POST", f"/api/pledges/receipt-issuers/{made['issuer_id']}/right/end")
    (total,) = (await ask("GET", TOTALS, params={"year": 2025})).json()
    assert (total["gifts_minor"], total["needs_audit"], total["ready"]) == (15_300_001, True, 0)


async def test_the_desk_says_why_nothing_can_be_issued(ask) -> None:
    """And leads to what is missing."""
    page = await ask("GET", "/banque/recus")
    assert "Aucun reçu ne peut être délivré" in page.text
    assert 'href="/banque/recus/organismes/nouveau"' in page.text
    assert "/banque/recus/emission" not in page.text
    assert 'href="/banque/recus"' in (await ask("GET", "/banque")).text


async def test_a_treasurer_issues_a_year_from_the_desk(issuer, pay, leave_name, ask) -> None:
    """Then sees the receipts, without the names of donors."""
    await issuer()
    await leave_name(await pay(1000))
    assert "Faire les reçus de 2025" in (await ask("GET", "/banque/recus?annee=2025")).text
    issued = await ask("POST", "/banque/recus/emission", data={"year": "2025"})
    assert (issued.status_code, issued.headers["location"]) == (
        303,
        "/banque/recus?annee=2025&emis=1&refaits=0",
    )
    page = await ask("GET", issued.headers["location"])
    link = re.search(r'href="(/banque/recus/[^"]+/annulation)"', page.text)
    assert link
    assert "On ne revient pas en arrière" in (await ask("GET", link[1])).text
    assert "1 reçu fait" in page.text
    assert "2025-000001" in page.text
    assert "Étienne" not in page.text


async def test_the_desk_goes_on_from_page_to_page(
    monkeypatch: pytest.MonkeyPatch, issuer, pay, leave_name, issue, ask
) -> None:
    """In the order of the numbers."""
    monkeypatch.setattr("services.pledges.queries.tax_receipts.PAGE_RECEIPTS", 2)
    monkeypatch.setattr("services.pledges.pages.receipt_desk.PAGE_RECEIPTS", 2)
    await issuer()
    for amount in (1, 2, 3):
        await leave_name(await pay(amount))
    await issue()
    assert "?annee=2025&amp;apres=2" in (await ask("GET", "/banque/recus?annee=2025")).text
    last = await ask("GET", "/banque/recus?annee=2025&apres=2")
    assert "2025-000003" in last.text
    assert "2025-000002" not in last.text


milliard = partial(terminal.milliard, "receipts")


@pytest.mark.usefixtures("platform")
async def test_the_command_issues_a_year(issuer, pay, leave_name, listed) -> None:
    """After a dry run that changed nothing; a refusal is its sentence and exit code 1."""
    code, _, errors = await milliard("issue", "--year", "2025")
    assert (code, "ouvrez-le d’abord" in errors) == (1, True)
    await issuer()
    await leave_name(await pay(1000))
    code, output, errors = await milliard("issue", "--year", "2025", "--dry-run", "--json")
    assert code == 0, errors
    assert (json.loads(output)["issued"], json.loads(output)["totals"][0]["ready"]) == (0, 1)
    assert await listed() == []
    code, output, _ = await milliard("issue", "--year", "2025")
    assert (code, "Reçus faits : 1" in output) == (0, True)
    code, output, _ = await milliard("totals", "--year", "2025", "--json")
    assert json.loads(output)[0]["amount_minor"] == 1000


async def test_only_national_treasurers_come_to_the_desk(
    pledges, issuer, pay, leave_name, issue, listed
) -> None:
    """Amounts and links of donors are there."""
    await issuer()
    await leave_name(await pay(1000))
    await issue()
    (receipt,) = await listed()
    async with client_for(pledges) as http:
        for role in (("treasurer", "64"), ("national_operator", "00")):
            who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[role])}"}
            for path in (
                "/banque/recus",
                "/api/pledges/tax-receipts?year=2025",
                "/api/pledges/tax-receipts/wrong",
            ):
                assert (await http.get(path, headers=who)).status_code == 403
            cancelling = f"/banque/recus/{receipt['receipt_id']}/annulation"
            assert (await http.post(cancelling, headers=who)).status_code == 403
