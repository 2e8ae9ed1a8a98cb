"""Money asked for on a need, and what the ledger says about it."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.bus import CauseMissing
from shared.events.ledger import (
    DisbursementCommitted,
    DisbursementEvent,
    DisbursementOrdered,
    DisbursementPosted,
    DisbursementRefused,
    DisbursementReserved,
)
from shared.events.projects import DisbursementRequested
from shared.testing.harness import hear, hear_again, recorded
from tests.projects.stage import IBAN, Stage


def way_of(disbursement_id: str, amount_minor: int) -> list[DisbursementEvent]:
    """What the ledger says from the reservation to the bank's debit."""
    one: dict[str, Any] = {"territory": "64", "disbursement_id": UUID(disbursement_id)}
    money = one | {"amount_minor": amount_minor, "currency": "EUR"}
    return [
        DisbursementReserved(**money),
        DisbursementOrdered(**one, ordered_by=uuid4(), order_hash="h"),
        DisbursementCommitted(
            **money,
            payee_name="La Graine commune",
            payee_iban=IBAN,
            end_to_end_id="MLD1",
            confirmed_by=uuid4(),
            order_hash="h",
        ),
        DisbursementPosted(**money, booked_on=date(2026, 4, 2)),
    ]


async def test_a_request_is_said_to_the_ledger_on_the_territorys_lane(stage: Stage) -> None:
    """With the decision, the fund, and the organisation as payee."""
    need_id = await stage.approved_need()
    made = await stage.ask(need_id, 400_000)
    assert made.status_code == 201
    event = (await recorded(stage.service))[-1]
    assert isinstance(event, DisbursementRequested)
    assert (event.territory, event.disbursement_id, event.need_id) == (
        "64",
        UUID(made.json()["id"]),
        UUID(need_id),
    )
    assert (event.amount_minor, event.fund, event.payee_iban) == (400_000, "fonds-commun", IBAN)
    assert event.payee_name == event.organisation_name == "La Graine commune"
    assert event.decision_reference == "AG du 12/03/2026, résolution 4"
    assert event.requested_by == stage.representative


async def test_no_money_is_asked_on_a_need_that_waits(stage: Stage) -> None:
    """It must be approved first."""
    refused = await stage.ask(await stage.need(), 100)
    assert refused.status_code == 409
    assert "approuvé" in refused.json()["detail"]


async def test_a_request_beyond_the_approval_is_refused_with_what_remains(stage: Stage) -> None:
    """One cent more than what is left."""
    need_id = await stage.approved_need(amount_minor=1_000)
    await stage.ask(need_id, 400)
    refused = await stage.ask(need_id, 601)
    assert refused.status_code == 409
    assert "6,00\u00a0€" in refused.json()["detail"]
    assert (await stage.ask(need_id, 600)).status_code == 201


async def test_requests_made_at_once_cannot_exceed_the_approval(stage: Stage) -> None:
    """Ten at once for a third each: three pass."""
    need_id = await stage.approved_need(amount_minor=1_000)
    answers = await asyncio.gather(*[stage.ask(need_id, 333) for _ in range(10)])
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 7


async def test_a_request_sent_again_with_its_key_is_made_once(stage: Stage) -> None:
    """Also when both copies arrive together; with another content the key is refused."""
    need_id = await stage.approved_need()
    first, second = await asyncio.gather(*[stage.ask(need_id, 100, key="a-key-of-mine") for _ in range(2)])
    assert first.json() == second.json()
    assert len(await stage.disbursements(need_id)) == 1
    other = await stage.ask(need_id, 200, key="a-key-of-mine")
    assert other.status_code == 422
    assert "idempotence" in other.json()["detail"]


@pytest.mark.parametrize(
    ("iban", "sentence"),
    [("FR7630006000011234567890188", "RIB"), ("BR1800360305000010009795493C1", "SEPA")],
)
async def test_money_goes_only_to_a_valid_account(stage: Stage, iban: str, sentence: str) -> None:
    """A wrong or unreachable IBAN is refused before the ledger hears of it."""
    refused = await stage.ask(await stage.approved_need(), 100, payee_iban=iban)
    assert refused.status_code == 422
    assert sentence in refused.json()["detail"]


async def test_a_stranger_asks_for_nothing_and_reads_nothing(stage: Stage) -> None:
    """Neither the request nor the list is theirs."""
    need_id = await stage.approved_need()
    stage.representative = uuid4()
    assert (await stage.ask(need_id, 100)).status_code == 403
    listed = await stage.http.get(
        f"/api/projects/64/needs/{need_id}/disbursements", headers=stage.as_representative()
    )
    assert listed.status_code == 403


async def test_a_disbursement_follows_the_ledger_to_the_bank(stage: Stage) -> None:
    """Step by step; the need is disbursing at the reservation and closed by the last euro."""
    need_id = await stage.approved_need(amount_minor=1_000)
    made = (await stage.ask(need_id, 1_000)).json()["id"]
    seen = []
    for event in way_of(made, 1_000):
        await hear(stage.service, event)
        [one] = await stage.disbursements(need_id)
        seen.append((one["state"], await stage.state(need_id)))
    assert seen == [
        ("reserved", "disbursing"),
        ("ordered", "disbursing"),
        ("committed", "disbursing"),
        ("disbursed", "closed"),
    ]
    assert one["booked_on"] == "2026-04-02"


async def test_a_need_stays_open_until_all_of_it_is_disbursed(stage: Stage) -> None:
    """Two requests: the first alone does not close it."""
    need_id = await stage.approved_need(amount_minor=1_000)
    for amount, state in ((400, "disbursing"), (600, "closed")):
        made = (await stage.ask(need_id, amount)).json()["id"]
        await hear(stage.service, way_of(made, amount))
        assert await stage.state(need_id) == state


async def test_a_refusal_gives_the_amount_back_and_says_why(stage: Stage) -> None:
    """What the envelope could not hold may be asked for again."""
    need_id = await stage.approved_need(amount_minor=1_000)
    made = (await stage.ask(need_id, 1_000)).json()["id"]
    await hear(
        stage.service,
        DisbursementRefused(
            territory="64",
            disbursement_id=UUID(made),
            available_minor=300,
            currency="EUR",
            reason="insufficient",
        ),
    )
    [one] = await stage.disbursements(need_id)
    assert one["state"] == "refused"
    assert "3,00\u00a0€" in one["refusal"]
    assert await stage.state(need_id) == "approved"
    assert (await stage.ask(need_id, 300)).status_code == 201


async def test_a_reservation_that_was_given_up_may_be_asked_for_again(stage: Stage) -> None:
    """By another request: the need gets all of its amount back, whatever is said again."""
    need_id = await stage.approved_need(amount_minor=1_000)
    made = (await stage.ask(need_id, 1_000)).json()["id"]
    said = {"territory": "64", "disbursement_id": UUID(made), "currency": "EUR"}
    given_up = DisbursementRefused(**said, available_minor=1_000, reason="La trésorerie l’a rendue")
    heard = await hear(stage.service, [*way_of(made, 1_000)[:2], given_up])
    await hear_again(stage.service, heard)
    [one] = await stage.disbursements(need_id)
    assert (one["state"], one["refusal"].split(".")[0]) == ("refused", "La trésorerie l’a rendue")
    assert (await stage.ask(need_id, 1_000)).status_code == 201


async def test_what_the_ledger_says_again_changes_nothing(stage: Stage) -> None:
    """A replay of the whole way leaves the disbursement where it was."""
    need_id = await stage.approved_need(amount_minor=1_000)
    made = (await stage.ask(need_id, 1_000)).json()["id"]
    heard = await hear(stage.service, way_of(made, 1_000))
    before = await stage.disbursements(need_id)
    await hear_again(stage.service, heard)
    assert await stage.disbursements(need_id) == before
    assert await stage.state(need_id) == "closed"


async def test_news_of_an_unknown_disbursement_wait_for_their_cause(stage: Stage) -> None:
    """The lane keeps them and tries again."""
    with pytest.raises(CauseMissing):
        await hear(stage.service, way_of(str(uuid4()), 100)[0])


async def test_who_ordered_and_who_confirmed_are_kept(stage: Stage) -> None:
    """Beside who asked: three ids, never a name."""
    need_id = await stage.approved_need()
    made = (await stage.ask(need_id, 100)).json()["id"]
    events = way_of(made, 100)
    await hear(stage.service, events)
    async with stage.service.database.begin() as work:
        [row] = await work.execute(
            "select requested_by, ordered_by, confirmed_by, end_to_end_id from disbursements"
        )
    assert tuple(row) == (stage.representative, events[1].ordered_by, events[2].confirmed_by, "MLD1")  # type: ignore[attr-defined]
