"""Which instruments may be used, and who decides it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.pledges import PaymentReceived, PledgeCancelled, PledgeChanged, PledgeMade
from shared.testing import client_for, recorded, session_token
from shared.values import today_in_france
from tests.pledges.conftest import TREASURER
from tests.pledges.organisations import PLEDGES

GROUND = "Agrément de l’ORIAS du 3 mars 2026, article L. 548-2 du code monétaire et financier."
LOAN = {"amount_minor": 5000, "territory": "64", "instrument": "loan"}


@pytest.fixture
def decide(pledges, as_treasurer: dict[str, str]) -> Any:
    """The answer to a decision by HTTP."""

    async def post(code: str, *, is_authorised: bool, ground: str = GROUND) -> Any:
        async with client_for(pledges) as http:
            return await http.post(
                f"/api/pledges/instruments/{code}/decisions",
                json={"is_authorised": is_authorised, "ground": ground},
                headers=as_treasurer,
            )

    return post


async def _state(pledges) -> dict[str, bool]:
    async with client_for(pledges) as http:
        found = (await http.get("/api/pledges/instruments")).json()
    assert all(one["is_authorised"] == (one["reason"] is None) for one in found)
    return {one["code"]: one["is_authorised"] for one in found}


async def test_only_the_gift_is_on_at_first(pledges) -> None:
    """Each of the others says why it is not."""
    assert await _state(pledges) == {
        "gift": True,
        "loan": False,
        "participating_title": False,
        "cooperative_share": False,
        "cross_subscription": False,
    }


async def test_an_instrument_that_is_off_takes_letters_of_intent_only(pledges) -> None:
    """The refusal is a French sentence with the reason, and records nothing."""
    async with client_for(pledges) as http:
        refused = await http.post(PLEDGES, json=LOAN)
        taken = await http.post(PLEDGES, json=LOAN | {"commitment": "letter_of_intent"})
        form = await http.get("/promettre/organisation")
    assert (refused.status_code, refused.json()["code"]) == (422, "instrument_not_authorised")
    assert "agrément ou une exemption" in refused.json()["detail"]
    assert taken.status_code == 201
    assert len(await recorded(pledges)) == 1
    assert form.text.count("choice-off") == 4
    assert "agrément ou une exemption" in form.text


async def test_a_treasurer_switches_an_instrument_on_and_off(pledges, decide, as_treasurer) -> None:
    """Each decision is kept with its ground, who and when; the reason is what people read then."""
    assert (await decide("loan", is_authorised=True)).status_code == 201
    assert (await _state(pledges))["loan"]
    async with client_for(pledges) as http:
        assert (await http.post(PLEDGES, json=LOAN)).status_code == 201
        await decide("loan", is_authorised=False, ground="L’agrément est suspendu depuis hier.")
        refused = await http.post(PLEDGES, json=LOAN)
        kept = (await http.get("/api/pledges/instruments/decisions", headers=as_treasurer)).json()
    assert "L’agrément est suspendu depuis hier." in refused.json()["detail"]
    assert [(one["is_authorised"], one["ground"]) for one in kept] == [
        (False, "L’agrément est suspendu depuis hier."),
        (True, GROUND),
    ]
    assert {UUID(one["decided_by"]) for one in kept} == {TREASURER}


async def test_every_event_of_a_loan_says_so(pledges, decide, send, movement, statement, bank_file) -> None:
    """Made, changed, paid, cancelled: the books keep apart what must be given back."""
    await decide("loan", is_authorised=True)
    due_on = f"{today_in_france() + timedelta(days=10)}"
    async with client_for(pledges) as http:
        made = (await http.post(PLEDGES, json=LOAN)).json()
        address, terms = f"{PLEDGES}/{made['pledge_id']}", {"kind": "once", "due_on": due_on}
        await http.put(f"{address}/terms", json={"amount_minor": 8_000, "terms": terms})
        paid = statement([movement(2_000, structured_reference=made["reference"])])
        assert (await send(bank_file(paid))).status_code == 200
        await http.post(f"{address}/cancellation")
    told = {
        type(event): event.instrument for event in await recorded(pledges) if hasattr(event, "instrument")
    }
    assert told == dict.fromkeys((PledgeMade, PledgeChanged, PaymentReceived, PledgeCancelled), "loan")


async def test_a_loan_that_is_off_is_lowered_but_neither_raised_nor_taken_up_again(pledges, decide) -> None:
    """What promises more is refused as a new promise is; by HTTP and beside the amount of the form."""
    await decide("loan", is_authorised=True)
    terms = {"kind": "once", "due_on": f"{today_in_france() + timedelta(days=10)}"}
    async with client_for(pledges) as http:
        made = (await http.post(PLEDGES, json=LOAN)).json()
        await decide("loan", is_authorised=False)
        address = f"{PLEDGES}/{made['pledge_id']}"
        raised = await http.put(f"{address}/terms", json={"amount_minor": 5_001, "terms": terms})
        form = {"amount": "60", "how": "once"}
        on_page = await http.post(f"/promesses/{made['pledge_id']}/modifier", data=form)
        dated = await http.put(f"{address}/terms", json={"amount_minor": 5_000, "terms": terms})
        lowered = await http.put(f"{address}/terms", json={"amount_minor": 4_000, "terms": terms})
        await http.post(f"{address}/cancellation")
        again = await http.put(f"{address}/terms", json={"amount_minor": 4_000, "terms": terms})
    assert [(one.status_code, one.json()["code"]) for one in (raised, again)] == [
        (422, "instrument_not_authorised")
    ] * 2
    assert (on_page.status_code, "ce n’est pas encore possible" in on_page.text) == (422, True)
    assert [one.status_code for one in (dated, lowered)] == [200, 200]


@pytest.mark.parametrize(
    ("code", "ground", "said"),
    [
        ("gift", GROUND, "gift_stays_on"),
        ("lottery", GROUND, "unknown_instrument"),
        ("loan", "  oui     ", "ground_missing"),
        ("loan", "x" * 501, "text_too_long"),
        ("loan", "un\0fondement", "text_unreadable"),
    ],
)
async def test_a_decision_names_an_instrument_and_its_ground(
    pledges, decide, code: str, ground: str, said: str
) -> None:
    """The gift is never switched off: a promise asks nobody."""
    answer = await decide(code, is_authorised=False, ground=ground)
    assert (answer.status_code, answer.json()["code"]) == (422, said)
    assert (await _state(pledges))["gift"]


async def test_a_page_decides_and_shows_what_people_would_do(pledges, as_treasurer) -> None:
    """The sum of the letters of intent beside each instrument; a wrong decision comes back with what was typed."""
    async with client_for(pledges) as http:
        await http.post(PLEDGES, json=LOAN | {"amount_minor": 123_456, "commitment": "letter_of_intent"})
        page = await http.get("/banque/instruments", headers=as_treasurer)
        wrong = await http.post(
            "/banque/instruments", data={"instrument": "loan", "ground": "court"}, headers=as_treasurer
        )
        right = await http.post(
            "/banque/instruments",
            data={"instrument": "loan", "decision": "authorise", "ground": GROUND},
            headers=as_treasurer,
        )
    assert "1\u202f234,56\u00a0€" in page.text
    assert wrong.status_code == 422
    assert "court" in wrong.text
    assert right.status_code == 303
    assert (await _state(pledges))["loan"]


async def test_only_national_treasurers_decide(pledges) -> None:
    """Neither a territory's treasurer nor the local key: a person answers for it."""
    who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[('treasurer', '64')])}"}
    async with client_for(pledges) as http:
        answer = await http.post("/api/pledges/instruments/loan/decisions", json={}, headers=who)
        assert answer.status_code == 403
        assert (await http.get("/banque/instruments", headers=who)).status_code == 403
