"""A payment goes back: two persons order it, a statement shows it, and the figures and the giver hear of it."""

from typing import Any

import pytest

from deploy.local.campaign.people import People, grant_treasurer
from deploy.local.campaign.visitor import Refused, Visitor
from shared.values import NATIONAL
from tests.running import Running, eventually

IBAN = "FR1420041010050500013M02606"


@pytest.fixture(scope="module")
def desk(people: People) -> Visitor:
    return people.treasurers[0]


@pytest.fixture(scope="module")
def second(running: Running, people: People) -> Visitor:
    """Another treasurer of the national desk."""
    person = running.visitor()
    person.join(territory="75")
    grant_treasurer(people.operators, person, territory=NATIONAL)
    person.sign_in()
    return person


def test_a_refund_takes_two_persons_and_a_debit(running: Running, desk: Visitor, second: Visitor) -> None:
    """Ordered and confirmed, nothing has moved; debited, the territory has it no more, nor its share."""
    pledge = running.pledge(territory="41", euros=60)
    came = running.bank_day()
    came.credit(6_000, reference=pledge["reference"])
    statement = running.import_day(came)
    eventually(lambda: running.progress("41")["received_minor"] == 6_000)
    lines: list[Any] = desk.get(f"/api/pledges/statements/{statement['statement_id']}/lines")["lines"]
    wanted = {
        "pledge_id": pledge["pledge_id"],
        "payment_id": lines[0]["line_id"],
        "amount_minor": 2_500,
        "payee_name": "Camille Exemple",
        "payee_iban": IBAN,
        "reason": "Versé en double",
    }
    refund = desk.post("/api/pledges/refunds", **wanted)
    confirmation = f"/api/pledges/refunds/{refund['refund_id']}/confirmation"
    with pytest.raises(Refused):
        desk.post(confirmation, order_hash=refund["order_hash"])
    eventually(lambda: _is_known(second, confirmation, refund["order_hash"]))
    assert [one["state"] for one in desk.get("/api/pledges/refunds")] == ["confirmed"]
    assert running.progress("41")["received_minor"] == 6_000

    back = running.bank_day()
    back.debit(2_500, end_to_end_id=refund["end_to_end_id"])
    assert running.import_day(back)["refunded_count"] == 1
    eventually(lambda: running.progress("41")["received_minor"] == 3_500)
    assert running.milliard_json("ledger", "verify")["problems"] == []


def _is_known(second: Visitor, path: str, order_hash: str) -> bool:
    """The role of a new treasurer reaches the desk by an event."""
    try:
        second.post(path, order_hash=order_hash)
    except Refused as refused:
        return refused.status != 403
    return True
