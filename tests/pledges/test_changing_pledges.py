"""Changing and cancelling: what was paid stays paid, and what is promised is told once."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.pledges.domain.terms import Once
from services.pledges.operations.change_pledge import change_pledge
from shared.events.pledges import PledgeCancelled, PledgeChanged
from shared.testing import client_for, recorded
from shared.values import today_in_france

TODAY = today_in_france()
SOON = TODAY + timedelta(days=10)
ONCE = {"kind": "once", "due_on": SOON.isoformat()}
IN_THREE = {"kind": "instalments", "count": 3, "first_on": SOON.isoformat()}


@pytest.fixture
def change(pledges) -> Any:
    """Change a pledge by HTTP."""

    async def put(pledge: dict[str, Any], amount_minor: int, terms: dict[str, Any] = ONCE) -> Any:
        async with client_for(pledges) as http:
            path = f"/api/pledges/pledges/{pledge['pledge_id']}/terms"
            return await http.put(path, json={"amount_minor": amount_minor, "terms": terms})

    return put


@pytest.fixture
def cancel(pledges) -> Any:
    """Cancel a pledge by HTTP."""

    async def post(pledge: dict[str, Any]) -> Any:
        async with client_for(pledges) as http:
            return await http.post(f"/api/pledges/pledges/{pledge['pledge_id']}/cancellation")

    return post


@pytest.fixture
def pay(send, movement, statement, bank_file) -> Any:
    """The bank says that a pledge was paid, each call on another day."""
    balance, day = 0, 0

    async def receive(pledge: dict[str, Any], amount_minor: int) -> None:
        nonlocal balance, day
        line = movement(amount_minor, structured_reference=pledge["reference"])
        answer = await send(bank_file(statement([line], opening_minor=balance, day=day)))
        assert answer.status_code == 200, answer.text
        balance, day = balance + amount_minor, day + 1

    return receive


@pytest.fixture
def told(pledges) -> Any:
    """What was said of changes and cancellations, in order."""

    async def read() -> list[Any]:
        events = await recorded(pledges)
        return [event for event in events if isinstance(event, PledgeChanged | PledgeCancelled)]

    return read


async def test_a_change_says_both_amounts(promised, change, told):
    """The ledger posts their difference."""
    made = await promised(5_000)
    changed = (await change(made, 8_000, IN_THREE)).json()
    assert (changed["amount_minor"], changed["schedule"]) == (8_000, "instalments")
    assert sum(one["amount_minor"] for one in changed["instalments"]) == 8_000
    (event,) = await told()
    assert (event.amount_before_minor, event.amount_minor, event.reference) == (
        5_000,
        8_000,
        made["reference"],
    )


async def test_the_same_change_twice_is_one(promised, change, told):
    """A double click."""
    made = await promised(5_000)
    answers = [(await change(made, 8_000, IN_THREE)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(await told()) == 1


async def test_changes_at_one_time_come_one_after_the_other(pledges, promised, told):
    """The row is locked: each begins with the amount at which the one before it ended."""
    made = await promised(1_000)

    async def to(amount_minor: int) -> None:
        async with pledges.database.begin() as work:
            await change_pledge(
                work,
                made["pledge_id"],
                amount_minor=amount_minor,
                terms=Once(SOON),
                settings=pledges.settings,
            )

    await asyncio.gather(*[to(amount) for amount in (2_000, 3_000, 4_000, 5_000)])
    steps = [(event.amount_before_minor, event.amount_minor) for event in await told()]
    assert [before for before, _ in steps] == [1_000, *[after for _, after in steps[:-1]]]


async def test_what_came_cannot_be_promised_away(promised, change, pay, told):
    """Below what is kept is refused with a sentence, and nothing has changed."""
    made = await promised(5_000)
    await pay(made, 3_000)
    answer = await change(made, 2_999)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount_below_received")
    assert "30,00\u00a0€" in answer.json()["detail"]
    assert await told() == []


async def test_a_change_to_what_came_makes_a_pledge_paid(promised, change, pay):
    """And a larger amount opens it again."""
    made = await promised(5_000)
    await pay(made, 3_000)
    assert (await change(made, 3_000)).json()["state"] == "paid"
    assert (await change(made, 9_000)).json()["state"] == "partially_paid"


async def test_cancelling_releases_what_had_not_come_once(promised, cancel, pay, told):
    """However often it is asked for."""
    made = await promised(5_000)
    await pay(made, 2_000)
    answers = [(await cancel(made)).json() for _ in range(2)]
    assert [one["state"] for one in answers] == ["cancelled", "cancelled"]
    (event,) = await told()
    assert event.released_minor == 3_000


async def test_late_money_lands_and_is_not_released_again(promised, cancel, pay, told):
    """The pledge is paid in part, then whole; cancelling it again takes nothing more from what is promised."""
    made = await promised(5_000)
    await cancel(made)
    await pay(made, 2_000)
    again = (await cancel(made)).json()
    assert (again["state"], again["received_minor"]) == ("partially_paid", 2_000)
    await pay(made, 3_000)
    assert len(await told()) == 1


async def test_a_cancelled_pledge_is_taken_up_again_by_changing_it(promised, change, cancel, pay, told):
    """From what was still in force (what had come before it was cancelled) to the new whole."""
    made = await promised(5_000)
    await pay(made, 2_000)
    await cancel(made)
    assert (await change(made, 6_000)).json()["state"] == "partially_paid"
    last = (await told())[-1]
    assert (last.amount_before_minor, last.amount_minor) == (2_000, 6_000)
    await cancel(made)
    assert (await told())[-1].released_minor == 4_000


async def test_a_pledge_that_is_paid_cannot_be_cancelled(promised, cancel, pay):
    """There is nothing to release."""
    made = await promised(5_000)
    await pay(made, 5_000)
    answer = await cancel(made)
    assert (answer.status_code, answer.json()["code"]) == (409, "pledge_already_paid")


async def test_an_old_pledge_may_be_changed_and_cancelled(pledges, promised, change, cancel):
    """One from before there were due dates; it gets one by the change."""
    made = await promised(5_000)
    async with pledges.database.begin() as work:
        await work.execute("update pledges set due_on = null")
    assert (await change(made, 5_000)).json()["due_on"] == SOON.isoformat()
    assert (await cancel(made)).json()["state"] == "cancelled"


async def test_the_form_begins_with_what_holds(pledges, promised, change, told):
    """Sent as it is, it changes nothing."""
    made = await promised(5_000)
    await change(made, 10_000, IN_THREE)
    path = f"/promesses/{made['pledge_id']}/modifier"
    async with client_for(pledges) as http:
        page = await http.get(path)
        sent = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page.text))
        sent["how"] = re.search(r'value="(\w+)" checked', page.text)[1]
        answer = await http.post(path, data=sent)
    assert (answer.status_code, sent["amount"], sent["parts"]) == (303, "100,00", "3")
    assert len(await told()) == 1


async def test_the_page_of_a_pledge_leads_to_its_end(pledges, promised):
    """Asked first; the button cancels."""
    made = await promised(5_000)
    page = f"/promesses/{made['pledge_id']}"
    async with client_for(pledges) as http:
        assert f"{page}/annuler" in (await http.get(page)).text
        asked = await http.get(f"{page}/annuler")
        assert "50,00" in asked.text
        assert (await http.get(f"/api/pledges/pledges/{made['pledge_id']}")).json()["state"] == "pledged"
        assert (await http.post(f"{page}/annuler")).headers["location"] == page
        after = (await http.get(page)).text
    assert "Annulée" in after
    assert "Reprendre cette promesse" in after


async def test_a_refused_change_comes_back_with_its_sentence(pledges, promised, pay):
    """Beside the amount, which stays as it was typed."""
    made = await promised(5_000)
    await pay(made, 3_000)
    async with client_for(pledges) as http:
        answer = await http.post(f"/promesses/{made['pledge_id']}/modifier", data={"amount": "12"})
    assert answer.status_code == 422
    assert "sont déjà arrivés" in answer.text
    assert 'value="12"' in answer.text


async def test_nobody_changes_what_is_not_there(pledges):
    """An address that nobody was given."""
    async with client_for(pledges) as http:
        for method, path, body in (
            ("PUT", f"/api/pledges/pledges/{uuid4()}/terms", {"amount_minor": 500, "terms": ONCE}),
            ("POST", f"/api/pledges/pledges/{uuid4()}/cancellation", None),
            ("GET", f"/promesses/{uuid4()}/modifier", None),
            ("GET", f"/promesses/{uuid4()}/annuler", None),
        ):
            assert (await http.request(method, path, json=body)).status_code == 404
