"""The bank desk's pages and reads, and who may see them."""

from uuid import uuid4

import pytest

from shared.events.ledger import DisbursementCommitted
from shared.testing import client_for, hear, session_token

READS = ["/banque", "/api/pledges/statements", "/api/pledges/suspense", "/api/pledges/alarms",
         "/api/pledges/expected-debits"]  # fmt: skip


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    ("role", "territory"), [("treasurer", "64"), ("national_operator", "00"), (None, "")]
)
async def test_the_bank_desk_is_for_treasurers_of_the_national_lane(pledges, path, role, territory):
    """Statements are national: a territory's treasurer is not let in."""
    token = session_token(uuid4(), roles=[(role, territory)] if role else [])
    async with client_for(pledges) as http:
        assert (await http.get(path)).status_code == 401
        assert (await http.get(path, headers={"Authorization": f"Bearer {token}"})).status_code == 403


async def test_files_sent_by_the_page_lead_back_to_it(pledges, movement, statement, bank_file, as_treasurer):
    """Post, redirect, get; what waits is listed with its reason, the statement with its lines."""
    first = bank_file(statement([movement(1000)], day=0))
    second = bank_file(statement([movement(500)], day=1, opening_minor=1000))
    async with client_for(pledges) as http:
        answer = await http.post(
            "/banque",
            files=[("file", ("un.xml", first)), ("file", ("deux.xml", second))],
            headers=as_treasurer,
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/banque?importes=2&connus=0")
        page = await http.get(answer.headers["location"], headers=as_treasurer)
        assert "2 relevés importés" in page.text
        assert "Aucune référence commençant par RF" in page.text
        statements = (await http.get("/api/pledges/statements", headers=as_treasurer)).json()
        lines = await http.get(f"/banque/releves/{statements[0]['statement_id']}", headers=as_treasurer)
    assert "Camille Exemple" in lines.text


async def test_a_refused_file_is_told_beside_the_accepted_one(
    pledges, movement, statement, bank_file, as_treasurer
):
    """The page says what came in and what was refused, and why."""
    good = bank_file(statement([movement(1000)]))
    async with client_for(pledges) as http:
        page = await http.post(
            "/banque",
            files=[("file", ("bon.xml", good)), ("file", ("mauvais.xml", b"<Document/>"))],
            headers=as_treasurer,
        )
    assert page.status_code == 422
    assert "mauvais.xml" in page.text
    assert "1 relevé importé" in page.text


async def test_a_missing_statement_is_shown_on_the_page(
    pledges, send, movement, statement, bank_file, as_treasurer
):
    """A gap between two statements is seen at once."""
    await send(bank_file(statement([movement(1000)], day=0)))
    await send(bank_file(statement([movement(1000)], day=2, opening_minor=5000)))
    async with client_for(pledges) as http:
        page = await http.get("/banque", headers=as_treasurer)
    assert "Il manque un relevé" in page.text


async def test_the_lines_of_a_statement_say_why(
    pledges, send, promised, movement, statement, bank_file, as_treasurer
):
    """Each line has its fate and a sentence."""
    pledge = await promised()
    lines = [
        movement(5000, structured_reference=pledge["reference"]),
        movement(-7, transaction_code="A/B/CHRG"),
    ]
    sent = (await send(bank_file(statement(lines)))).json()["statements"][0]
    async with client_for(pledges) as http:
        path = f"/api/pledges/statements/{sent['statement_id']}/lines"
        found = (await http.get(path, headers=as_treasurer)).json()["lines"]
    assert [(line["fate"], line["explanation"]) for line in found] == [
        ("received", "La référence est dans la zone prévue du virement."),
        ("fee", "Des frais pris par la banque."),
    ]


async def test_a_transfer_to_make_is_listed_until_it_is_debited(
    pledges, send, movement, statement, bank_file, as_treasurer
):
    """A confirmed disbursement waits on the desk until a statement shows its debit."""
    order = DisbursementCommitted(
        territory="33",
        disbursement_id=uuid4(),
        amount_minor=9000,
        currency="EUR",
        payee_name="Les Jardins partagés",
        payee_iban="FR1420041010050500013M02606",
        end_to_end_id="VIR-0001",
        confirmed_by=uuid4(),
        order_hash="0" * 64,
    )
    await hear(pledges, order)
    async with client_for(pledges) as http:
        assert "Les Jardins partagés" in (await http.get("/banque", headers=as_treasurer)).text
        await send(bank_file(statement([movement(-9000, end_to_end_id="VIR-0001")], opening_minor=9000)))
        assert (await http.get("/api/pledges/expected-debits", headers=as_treasurer)).json() == []
