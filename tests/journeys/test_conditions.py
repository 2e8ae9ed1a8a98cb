"""A funder promises under a condition; savers pay; the promise counts, and the funder is asked for it."""

from datetime import timedelta

from deploy.local.campaign.people import People
from shared.values import today_in_france
from tests.running import Running, eventually

UNTIL = (today_in_france() + timedelta(days=30)).isoformat()


def test_a_threshold_that_is_reached_is_promised_and_called(running: Running, people: People) -> None:
    """Nothing of it is promised before; then the public figure has it, and a mail says how to pay."""
    funder = running.visitor()
    promised = funder.post(
        "/api/pledges/pledges",
        amount_minor=100_000,
        territory="36",
        condition={"kind": "threshold", "target_minor": 5_000, "until_on": UNTIL},
    )
    form = {"person_id": promised["person_id"], "email": funder.email, "name": "Jo", "territory": "36"}
    page = f"/promesses/{promised['pledge_id']}"
    assert funder.request("POST", "/membres/contact", data=form | {"suite": page}).status_code == 303
    assert "rien à verser" in funder.mail_with(promised["reference_in_groups"])["Text"]
    saver = running.pledge(territory="36", euros=50)
    eventually(lambda: running.progress("36")["promised_minor"] == 5_000)

    day = running.bank_day()
    day.credit(5_000, reference=saver["reference"])
    running.import_day(day)
    eventually(lambda: running.progress("36")["promised_minor"] == 105_000)
    assert running.progress("36")["received_minor"] == 5_000
    assert "1\u202f000,00" in funder.mail_with("déclenchée")["Text"]
    assert "<svg" in funder.request("GET", page).text
    assert running.visitor().request("GET", "/abondements").status_code == 200
    assert running.milliard_json("ledger", "verify")["problems"] == []
