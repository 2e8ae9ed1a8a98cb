"""Whether a receipt that somebody holds is genuine: by its number and its code."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader
from structlog.testing import capture_logs

from shared.testing import client_for
from tests.pledges.receipts.conftest import MENTIONS

VERIFY = "/api/pledges/tax-receipts/verifications"


@pytest.fixture
async def http(pledges) -> Any:
    """A browser without a session."""
    async with client_for(pledges) as client:
        yield client


@pytest.fixture
async def held(http, issuer, pay, leave_name, issue, listed) -> dict[str, str]:
    """A receipt that was issued, as who holds the paper reads it, with its id."""
    await issuer()
    pledge = await pay(123_456)
    await leave_name(pledge)
    await issue()
    (receipt,) = await listed()
    file = await http.get(f"/recus/{receipt['receipt_id']}/recu.pdf")
    text = PdfReader(io.BytesIO(file.content)).pages[0].extract_text()
    code = re.search(r"Code de contrôle ((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})", text)
    assert code
    return {
        "number": receipt["number"],
        "code": code[1],
        "id": receipt["receipt_id"],
        "pledge_id": pledge["pledge_id"],
    }


async def test_what_is_printed_is_genuine(http, held) -> None:
    """The answer says what the paper must say, and no name."""
    answer = await http.post(VERIFY, json={"number": held["number"], "code": held["code"].lower()})
    said = answer.json()
    assert (said["verdict"], said["amount_minor"], said["year"]) == ("genuine", 123_456, 2025)
    assert (said["issuer_name"], said["registration"]) == (MENTIONS["name"], "732829320")
    assert said["name_matches"] is None
    assert "Étienne" not in answer.text


async def test_another_number_or_code_is_unknown(http, held) -> None:
    """One character is enough, and nothing is said of what was near."""
    code = held["code"]
    for number, typed in (
        ("2025-000002", code),
        ("2024-000001", code),
        (held["number"], ("1" if code[0] != "1" else "2") + code[1:]),
        (held["number"], code[:-1]),
        (held["number"], ""),
        ("", code),
        (held["number"], "é" * 20),
        (held["number"], "\0"),
    ):
        answer = await http.post(VERIFY, json={"number": number, "code": typed})
        assert answer.json() == dict.fromkeys(answer.json()) | {"verdict": "unknown"}


async def test_a_copy_under_another_name_is_found_out(http, held) -> None:
    """By typing the name that it bears."""
    for name, matches in (("D’ETIENNE", True), ("Martin", False)):
        paper = {"number": held["number"], "code": held["code"], "last_name": name}
        assert (await http.post(VERIFY, json=paper)).json()["name_matches"] is matches


async def test_a_cancelled_receipt_names_its_successor(http, ask, held, leave_name, issue) -> None:
    """It was genuine, and is worth nothing."""
    await ask("POST", f"/api/pledges/tax-receipts/{held['id']}/cancellation")
    await leave_name(held)
    await issue()
    said = (await http.post(VERIFY, json={"number": held["number"], "code": held["code"]})).json()
    assert (said["verdict"], said["replaced_by"]) == ("cancelled", "2025-000002")


@pytest.mark.parametrize(
    "change",
    ["update donors set last_name = 'Martin'", "update counted_payments set amount_minor = 999999",
     "update tax_receipts set issued_at = issued_at + interval '1 day'"],
)  # fmt: skip
async def test_data_that_were_changed_behind_us_are_not_printed(pledges, http, held, change: str) -> None:
    """Nor confirmed: the receipt is not the one that was issued."""
    async with pledges.database.begin() as work:
        await work.execute(change)
    with capture_logs() as logs:
        assert (await http.get(f"/recus/{held['id']}/recu.pdf")).status_code == 500
    assert [line["number"] for line in logs if line["event"] == "tax_receipt_altered"] == [held["number"]]
    assert held["id"] not in str(logs)
    said = await http.post(VERIFY, json={"number": held["number"], "code": held["code"]})
    assert said.json()["verdict"] == "unknown"


async def test_the_page_says_each_verdict(http, ask, held) -> None:
    """In French, by a form that puts nothing into an address."""
    assert (await http.get("/recus/verifier")).status_code == 200
    paper = {"number": held["number"], "code": held["code"], "last_name": "Martin"}
    genuine = await http.post("/recus/verifier", data=paper)
    assert "Reçu authentique" in genuine.text
    assert "1\u202f234,56\u00a0€" in genuine.text
    assert "porte un autre nom" in genuine.text
    assert "Reçu inconnu" in (await http.post("/recus/verifier", data=paper | {"code": "x"})).text
    await ask("POST", f"/api/pledges/tax-receipts/{held['id']}/cancellation")
    assert "Reçu annulé" in (await http.post("/recus/verifier", data=paper)).text
