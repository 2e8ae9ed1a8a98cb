"""Bank lines as CSV for an accountant."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.pledges.settings import DEMONSTRATION_IBAN
from shared.testing import client_for, session_token
from tests.pledges.conftest import FIRST_DAY

PERIOD = {"from": str(FIRST_DAY), "to": str(FIRST_DAY + timedelta(days=30))}


@pytest.fixture
def export(pledges, as_treasurer):
    """The rows of an export, by the titles of their columns."""

    async def read(**period: str) -> list[dict[str, str]]:
        async with client_for(pledges) as http:
            answer = await http.get("/api/pledges/lines.csv", params=PERIOD | period, headers=as_treasurer)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    return read


async def test_every_line_says_what_it_is_and_whose(
    send, promised, movement, statement, bank_file, export
) -> None:
    """In French, with decimal commas and the sign of its side."""
    pledge = await promised()
    paid = movement(5_000, structured_reference=pledge["reference"], bank_reference="B-1")
    await send(bank_file(statement([paid, movement(-1_205)], opening_minor=10_000)))
    received, debited = await export()
    assert {
        name: received[name] for name in ("Date comptable", "Compte", "Relevé", "Montant", "Devise", "État")
    } == {
        "Date comptable": "02/11/2026",
        "Compte": DEMONSTRATION_IBAN,
        "Relevé": "RELEVE-000",
        "Montant": "50,00",
        "Devise": "EUR",
        "État": "Paiement reçu",
    }
    assert (received["Référence de la promesse"], received["Territoire"]) == (pledge["reference"], "64")
    assert (received["Nom"], received["Référence de la banque"]) == ("Camille Exemple", "B-1")
    assert (debited["Montant"], debited["État"], debited["Territoire"]) == ("-12,05", "En attente", "00")
    assert debited["Raison"] == "Ce débit ne correspond à aucun ordre confirmé."


async def test_the_amounts_sum_to_what_the_account_moved(
    send, movement, statement, bank_file, export
) -> None:
    """To the cent, whatever the amounts and their signs."""
    amounts = [1, -2, 99, -100, 123_456_789, -5, 10]
    await send(bank_file(statement([movement(one) for one in amounts], opening_minor=10**9)))
    written = [int(row["Montant"].replace(",", "")) for row in await export()]
    assert written == amounts


async def test_a_period_has_its_first_and_its_last_day(send, movement, statement, bank_file, export) -> None:
    """Both included, and nothing of the days around them."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(4)]
    lines = [movement(100 + number, booked_on=day) for number, day in enumerate(days)]
    await send(bank_file(statement(lines)))
    rows = await export(**{"from": str(days[1]), "to": str(days[2])})
    assert [row["Montant"] for row in rows] == ["1,01", "1,02"]


@pytest.mark.parametrize("words", ["=1+1", "+33 6", "-2", "@SUM(A1)", "\tx", 'a;b"c\nd', "é€"])
async def test_a_giver_s_words_stay_words(send, movement, statement, bank_file, export, words: str) -> None:
    """A spreadsheet runs no formula of theirs; separators and accents come through."""
    await send(bank_file(statement([movement(100, counterparty_name="Zoé", remittance_text=words)])))
    (row,) = await export()
    assert row["Libellé"].removeprefix("'").replace("\r\n", "\n") == words.strip()
    assert row["Libellé"][0] not in "=+-@\t\r"


async def test_a_period_without_lines_has_its_titles_only(export) -> None:
    """It is a file all the same."""
    assert await export() == []


async def test_a_period_that_ends_before_it_begins_is_refused(pledges, as_treasurer: dict[str, str]) -> None:
    """With what to do."""
    async with client_for(pledges) as http:
        answer = await http.get(
            "/banque/lignes.csv", params={"du": "2026-02-01", "au": "2026-01-01"}, headers=as_treasurer
        )
    assert answer.status_code == 422
    assert "inversez les deux dates" in answer.text


@pytest.mark.parametrize("role", [("treasurer", "64"), ("national_operator", "00")])
async def test_only_national_treasurers_read_the_names(pledges, role: Any) -> None:
    """As the statements that the lines come from."""
    who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[role])}"}
    async with client_for(pledges) as http:
        assert (await http.get("/api/pledges/lines.csv", params=PERIOD, headers=who)).status_code == 403
        page = {"du": PERIOD["from"], "au": PERIOD["to"]}
        assert (await http.get("/banque/lignes.csv", params=page, headers=who)).status_code == 403
