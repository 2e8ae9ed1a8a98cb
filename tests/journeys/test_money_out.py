"""From an organisation's need to a debit on a statement, each step by who may take it and by nobody else."""

from typing import Any

import pytest

from deploy.local.campaign import cast
from deploy.local.campaign.people import People
from deploy.local.campaign.visitor import Refused, Visitor
from tests.running import Running, eventually

NEEDS = f"/api/projects/{cast.TERRITORY}/needs"
IBAN = "FR1420041010050500013M02606"
ASKED_MINOR = 40_000
LENT_MINOR = 6_000


@pytest.fixture(scope="module")
def representative(running: Running) -> Visitor:
    """Somebody who represents an organisation of territory 64."""
    person = running.visitor(cast.REPRESENTATIVE)
    person.join(territory=cast.TERRITORY)
    person.sign_in()
    return person


@pytest.fixture(scope="module")
def funded(running: Running) -> None:
    """The envelope of territory 64 holds 500 €."""
    day = running.bank_day()
    day.credit(50_000, reference=running.pledge(territory=cast.TERRITORY, euros=500)["reference"])
    running.import_day(day)


@pytest.fixture(scope="module")
def need(representative: Visitor, people: People) -> dict[str, Any]:
    """A need that the steward approved, naming the decision."""
    organisation = representative.post("/api/projects/organisations", **cast.ORGANISATION)
    submitted = representative.post(NEEDS, organisation_id=organisation["organisation_id"], **cast.NEED)
    decision = {"decision_reference": cast.DECISION, "decided_on": "2026-01-15"}
    for other in (representative, people.treasurers[0], people.operators[0]):
        assert refusal(other, f"{NEEDS}/{submitted['id']}/approval", **decision) == (403, "forbidden")
    approved = people.steward.post(f"{NEEDS}/{submitted['id']}/approval", **decision)
    assert approved["state"] == "approved"
    found: dict[str, Any] = approved
    return found


def refusal(who: Visitor, path: str, **body: Any) -> tuple[int, str]:
    """How the platform refuses: status and code."""
    with pytest.raises(Refused) as refused:
        who.post(path, **body)
    return refused.value.status, refused.value.code


def state_of(who: Visitor, need: dict[str, Any]) -> list[str]:
    """The states of a need's disbursements, as its organisation reads them."""
    return [one["state"] for one in who.get(f"{NEEDS}/{need['id']}/disbursements")]


def test_an_organisation_is_checked(running: Running, representative: Visitor, need: Any) -> None:
    """A SIREN with a wrong check digit is refused, and one organisation is registered once."""
    wrong = cast.ORGANISATION | {"siren": "732829321"}
    assert refusal(representative, "/api/projects/organisations", **wrong)[0] == 422
    assert refusal(representative, "/api/projects/organisations", **cast.ORGANISATION)[0] == 409
    someone = running.visitor()
    assert refusal(someone, "/api/projects/organisations", **cast.ORGANISATION)[0] == 401


def test_more_than_the_envelope_is_refused_with_its_reason(
    representative: Visitor, need: Any, funded: None
) -> None:
    """The ledger holds nothing back when the envelope is too small, and the organisation reads why."""
    representative.post(f"{NEEDS}/{need['id']}/disbursements", amount_minor=600_000, payee_iban=IBAN)
    eventually(lambda: state_of(representative, need) == ["refused"])


def test_money_goes_out_by_two_persons_and_a_debit(
    running: Running, representative: Visitor, people: People, need: Any, funded: None
) -> None:
    """Reserved, ordered, confirmed, debited, disbursed; every shortcut is refused on the way."""
    first, second = people.treasurers
    asked = representative.post(
        f"{NEEDS}/{need['id']}/disbursements", amount_minor=ASKED_MINOR, payee_iban=IBAN
    )
    money_out = f"/api/ledger/{cast.TERRITORY}/disbursements/{asked['id']}"
    eventually(lambda: "reserved" in state_of(representative, need))
    for other in (representative, people.steward, people.operators[0]):
        assert refusal(other, f"{money_out}/order") == (403, "forbidden")
    with running.platform.http("ledger") as local_key:
        assert local_key.post(f"{money_out}/order").status_code == 403, "the local key never moves money"
    assert refusal(second, f"{money_out}/confirmation", order_hash="0" * 64)[0] == 409, "nothing is ordered"

    order = first.post(f"{money_out}/order")
    assert first.post(f"{money_out}/order") == order, "the same order again changes nothing"
    assert refusal(second, f"{money_out}/order")[0] == 409, "an order that stands is not replaced"
    confirmation = f"{money_out}/confirmation"
    assert refusal(first, confirmation, order_hash=order["order_hash"]) == (403, "same_person_twice")
    assert refusal(second, confirmation, order_hash="0" * 64) == (409, "another_order")
    confirmed = second.post(confirmation, order_hash=order["order_hash"])
    assert second.post(confirmation, order_hash=order["order_hash"]) == confirmed, "nor does the same yes"
    eventually(lambda: "committed" in state_of(representative, need))
    before = running.progress(cast.TERRITORY)["disbursed_minor"]

    eventually(lambda: confirmed["end_to_end_id"] in _expected(first))
    day = running.bank_day()
    day.debit(ASKED_MINOR, end_to_end_id=confirmed["end_to_end_id"])
    assert running.import_day(day)["disbursed_count"] == 1
    eventually(lambda: "disbursed" in state_of(representative, need))
    assert running.progress(cast.TERRITORY)["disbursed_minor"] - before == ASKED_MINOR
    assert confirmed["end_to_end_id"] not in _expected(first), "nothing is expected twice"
    project = running.visitor().request("GET", f"/projets/{cast.TERRITORY}/{need['id']}").text
    assert "400,00" in project.replace("\u202f", " ")


def test_an_investment_is_paid_back_and_ceded(
    running: Running, representative: Visitor, people: People, need: Any, funded: None
) -> None:
    """Debited, scheduled by two persons, recognised by its reference; disbursed stays, the envelope has it again."""
    first, second = people.treasurers
    organisation_id = people.steward.get(f"{NEEDS}/{need['id']}")["organisation_id"]
    body = cast.NEED | {"family": "investment", "amount_minor": LENT_MINOR}
    lent = representative.post(NEEDS, organisation_id=organisation_id, **body)
    decision = {"decision_reference": cast.DECISION, "decided_on": "2026-01-15"}
    people.steward.post(f"{NEEDS}/{lent['id']}/approval", **decision)
    asked = representative.post(
        f"{NEEDS}/{lent['id']}/disbursements", amount_minor=LENT_MINOR, payee_iban=IBAN
    )
    here = f"/api/ledger/{cast.TERRITORY}"
    money_out = f"{here}/disbursements/{asked['id']}"
    eventually(lambda: state_of(representative, lent) == ["reserved"])
    order = first.post(f"{money_out}/order")
    confirmed = second.post(f"{money_out}/confirmation", order_hash=order["order_hash"])
    eventually(lambda: confirmed["end_to_end_id"] in _expected(first))
    day = running.bank_day()
    day.debit(LENT_MINOR, end_to_end_id=confirmed["end_to_end_id"])
    running.import_day(day)
    eventually(lambda: state_of(representative, lent) == ["disbursed"])

    plan = {"parts": 2, "every_months": 12, "first_on": "2027-01-31", "basis_points": 100}
    ordered = first.post(f"{money_out}/repayment-schedules", plan=plan, decision_reference="Contrat de prêt")
    second.post(
        f"{here}/repayment-schedules/{ordered['schedule_id']}/confirmation", order_hash=ordered["order_hash"]
    )
    eventually(lambda: _investment(first)["reference"])
    before = running.progress(cast.TERRITORY)
    day = running.bank_day()
    day.credit(LENT_MINOR, reference=_investment(first)["reference"])
    assert running.import_day(day)["repaid_count"] == 1
    eventually(lambda: _investment(first)["interest_minor"])
    repaid = _investment(first)
    assert (repaid["interest_minor"], repaid["outstanding_minor"]) == (90, 90), "interest comes first"
    after = running.progress(cast.TERRITORY)
    figures = ("received_minor", "disbursed_minor")
    assert [after[one] for one in figures] == [before[one] for one in figures]

    said = {"receiver": "33", "fund": "fonds-commun", "decision_reference": cast.DECISION}
    share = first.post(f"{here}/envelope-shares", amount_minor=LENT_MINOR, **said)
    confirmation = f"{here}/envelope-shares/{share['share_id']}/confirmation"
    assert second.post(confirmation, order_hash=share["order_hash"]) == {"state": "confirmed"}


def _investment(desk: Visitor) -> dict[str, Any]:
    [found] = desk.get(f"/api/ledger/{cast.TERRITORY}/repayment-schedules")
    return dict(found)


def _expected(desk: Visitor) -> list[str]:
    return [one["end_to_end_id"] for one in desk.get("/api/pledges/expected-debits")]
