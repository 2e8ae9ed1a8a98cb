"""A gift of last year becomes a receipt that its donor fetches, anybody checks, and a return makes void."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from deploy.local.campaign.people import People
from shared.values import today_in_france
from tests.pledges.formats.cfonb_writer import Movement, as_file
from tests.pledges.formats.cfonb_writer import statement as cfonb_statement
from tests.pledges.receipts.conftest import MENTIONS, NAME, PAYER, RIGHT
from tests.running import Running, eventually

YEAR = today_in_france().year - 1


def test_a_donor_gets_a_receipt_of_last_years_gift(running: Running, people: People, tmp_path: Path) -> None:
    """Nothing before the right is on; then one number, a letter, a locked PDF, and a check that shows no name."""
    donor, desk = running.visitor(), people.treasurers[0]
    pledge = donor.post("/api/pledges/pledges", amount_minor=4_200, territory="94")
    page = f"/promesses/{pledge['pledge_id']}"
    contact = {"person_id": pledge["person_id"], "email": donor.email, "name": "Zoé", "territory": "94"}
    donor.request("POST", "/membres/contact", data=contact | {"suite": page})
    gave, went = date(YEAR, 6, 15), date(YEAR, 6, 16)
    moves = [
        Movement(signed_minor=4_200, on=gave, said=[("LCC", f"DON {pledge['reference']}"), ("NPY", PAYER)]),
        Movement(signed_minor=-4_200, on=went, label="VIR EMIS"),
    ]
    file = tmp_path / "juin.txt"
    file.write_bytes(as_file(cfonb_statement(moves, opening_on=date(YEAR, 6, 14), closing_on=went)))
    running.milliard_json("bank", "import", file)
    refused = running.milliard("receipts", "issue", "--year", f"{YEAR}")
    assert refused.returncode == 1

    issuer = desk.post("/api/pledges/receipt-issuers", **MENTIONS | {"accounts": [running.account]})
    right = RIGHT | {"first_on": f"{YEAR}-01-01"}
    desk.post(f"/api/pledges/receipt-issuers/{issuer['issuer_id']}/right", **right)
    assert donor.request("POST", f"{page}/recu/coordonnees", data=NAME).status_code == 303
    assert running.milliard_json("receipts", "issue", "--year", f"{YEAR}")["issued"] == 1
    letter = donor.mail_with("Votre reçu fiscal est prêt")
    (link,) = set(re.findall(r"/recus/[0-9a-f-]{36}", letter["Text"]))
    assert donor.request("GET", link).status_code == 200
    pdf = donor.request("GET", f"{link}/recu.pdf")
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(pdf.content)).pages)
    assert "42,00" in text
    assert f"{YEAR}-000001" in text

    unknown = running.visitor().request(
        "POST", "/recus/verifier", data={"number": f"{YEAR}-000001", "code": "A" * 20}
    )
    assert "Étienne" not in unknown.text
    (listed,) = desk.get("/api/pledges/tax-receipts", params={"year": YEAR})
    desk.request("POST", f"/api/pledges/tax-receipts/{listed['receipt_id']}/cancellation")
    eventually(lambda: desk.get("/api/pledges/tax-receipts", params={"year": YEAR})[0]["cancelled_because"])
    assert running.milliard_json("ledger", "verify")["problems"] == []
