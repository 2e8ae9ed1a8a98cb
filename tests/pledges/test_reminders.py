"""Reminders and expiry: what is due on a day, once for ever, whoever looks and however often."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.pledges.operations.change_pledge import cancel_pledge
from services.pledges.reminding import Reminding
from services.pledges.repository import due_chunks
from services.pledges.repository.pledges import lock_pledges
from shared.events.pledges import PledgeExpired, ReminderDue
from shared.testing import client_for, recorded
from shared.values import today_in_france

TODAY = today_in_france()
DUE = TODAY + timedelta(days=100)
"""Far enough that all its reminders come after the promise."""

Round = Callable[[date], Awaitable[list[Any]]]


def after(days: int, due_on: date = DUE) -> date:
    return due_on + timedelta(days=days)


@pytest.fixture
def round_on(pledges) -> Round:
    """A round on a day; what it said."""

    async def play(day: date) -> list[Any]:
        before = len(await recorded(pledges))
        await Reminding(pledges.settings).round(pledges.database, today=day)
        return (await recorded(pledges))[before:]

    return play


@pytest.fixture
def promise(pledges) -> Any:
    """A promise with its terms: once on `DUE` unless they say otherwise."""

    async def post(amount_minor: int = 9_000, territory: str = "64", **terms: Any) -> dict[str, Any]:
        chosen = terms or {"kind": "once", "due_on": DUE.isoformat()}
        body = {"amount_minor": amount_minor, "territory": territory, "terms": chosen}
        async with client_for(pledges) as http:
            answer = await http.post("/api/pledges/pledges", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return post


@pytest.fixture
def pay(send, movement, statement, bank_file) -> Any:
    """The bank says that a pledge was paid."""

    number = 0

    async def receive(pledge: dict[str, Any], amount_minor: int, *, day: int = 0) -> None:
        nonlocal number
        number += 1
        line = movement(
            amount_minor,
            structured_reference=pledge["reference"],
            booked_on=TODAY + timedelta(days=day),
        )
        assert (await send(bank_file(statement([line], day=number)))).status_code == 200

    return receive


async def test_a_pledge_is_reminded_of_on_the_days_of_the_policy(promise, round_on):
    """Ten days before, on the day, a week and three weeks after; on no other day."""
    made = await promise()
    said = {days: await round_on(after(days)) for days in range(-12, 30)}
    assert [days for days, events in said.items() if events] == [-10, 0, 7, 21]
    (event,) = said[7]
    assert isinstance(event, ReminderDue)
    assert (event.key, event.days, event.due_on, event.amount_due_minor) == (made["pledge_id"], 7, DUE, 9_000)
    assert (event.reference, event.beneficiary_iban) == (made["reference"], made["beneficiary_iban"])


async def test_a_reminder_is_sent_once_for_ever(promise, round_on):
    """Rounds that are repeated say nothing more, nor do those of a day that comes again."""
    await promise()
    assert len(await round_on(after(0))) == 1
    assert await round_on(after(0)) == []
    assert await round_on(after(-10)) == []


async def test_a_platform_that_was_stopped_sends_the_newest_reminder_alone(promise, round_on):
    """Two days of the policy have passed: one letter. Later than two weeks after its day, none."""
    await promise()
    assert [event.days for event in await round_on(after(9))] == [7]
    await promise(due_on=after(1).isoformat(), kind="once")
    assert await round_on(after(1 + 21 + 14)) == []


async def test_money_that_has_come_is_not_asked_for(promise, pay, round_on):
    """In part: the rest is. In full: nothing is."""
    part, whole = await promise(), await promise()
    await pay(part, 4_000)
    await pay(whole, 9_000)
    (event,) = await round_on(after(0))
    assert (event.key, event.amount_due_minor) == (part["pledge_id"], 5_000)


async def test_who_pays_by_direct_debit_is_not_asked_for_a_transfer(promise, signed, round_on):
    """Nor does their promise expire, while the mandate is active."""
    await signed(await promise(12_000))
    assert [event for days in (0, 21, 100) for event in await round_on(after(days))] == []


async def test_a_promise_is_not_reminded_of_on_a_day_before_it_was_made(promise, round_on):
    """Made for tomorrow: the reminder of ten days before is not sent after it."""
    tomorrow = TODAY + timedelta(days=1)
    await promise(kind="once", due_on=tomorrow.isoformat())
    assert await round_on(TODAY) == []
    assert [event.days for event in await round_on(tomorrow)] == [0]


async def test_instalments_are_reminded_of_one_by_one(promise, round_on):
    """Each asks for all that is to have come by its date."""
    made = await promise(kind="instalments", count=3, first_on=DUE.isoformat(), every="quarter")
    (first,) = await round_on(after(0))
    (late,) = await round_on(after(21))
    second_on = date.fromisoformat(made["instalments"][1]["due_on"])
    said = [event for days in range(-14, 3) for event in await round_on(after(days, second_on))]
    assert (first.amount_due_minor, late.due_on) == (3_000, DUE)
    assert [(event.days, event.amount_due_minor) for event in said] == [(-10, 6_000), (0, 6_000)]


async def test_one_letter_asks_for_two_instalments_that_are_close(promise, round_on):
    """Once the next one has begun to be asked for, the one before it is not any more: the letter says both."""
    first_on = date(DUE.year, DUE.month, 5)
    await promise(kind="monthly", amount_minor=1_000, first_on=first_on.isoformat(),
                  last_on=(first_on + timedelta(days=40)).isoformat())  # fmt: skip
    said = [event for days in range(-12, 60) for event in await round_on(after(days, first_on))]
    assert [event.days for event in said] == [-10, 0, 7, -10, 0, 7, 21]
    assert [event.amount_due_minor for event in said] == [1_000] * 3 + [2_000] * 4


async def test_paid_instalments_are_not_reminded_of(promise, pay, round_on):
    """What is kept covers the first one, and a part of the second."""
    made = await promise(kind="instalments", count=3, first_on=DUE.isoformat(), every="quarter")
    await pay(made, 4_000)
    assert await round_on(after(0)) == []
    second_on = date.fromisoformat(made["instalments"][1]["due_on"])
    (event,) = await round_on(second_on)
    assert event.amount_due_minor == 2_000


async def test_old_pledges_stay_as_they_are(pledges, promise, round_on):
    """Without a due date nothing is asked for, and nothing expires."""
    await promise()
    async with pledges.database.begin() as work:
        await work.execute("update pledges set due_on = null")
    assert [await round_on(after(days)) for days in (-10, 0, 60, 400)] == [[]] * 4


async def test_a_cancelled_pledge_is_left_alone_also_when_late_money_comes(pledges, promise, pay, round_on):
    """It is partially paid then, and still nobody waits for the rest."""
    made = await promise()
    async with pledges.database.begin() as work:
        await cancel_pledge(work, made["pledge_id"])
    await pay(made, 1_000)
    assert [await round_on(after(days)) for days in (0, 21, 200)] == [[]] * 3


async def test_a_territory_reminds_on_its_own_days(pledges, promise, round_on):
    """Its policy stands in for the national one, there alone."""
    async with pledges.database.begin() as work:
        await work.execute("insert into reminder_policies values ('64', '{3}', 90)")
    here, elsewhere = await promise(territory="64"), await promise(territory="33")
    said = [event for days in range(-10, 9) for event in await round_on(after(days))]
    assert {event.days for event in said if event.key == here["pledge_id"]} == {3}
    assert {event.days for event in said if event.key == elsewhere["pledge_id"]} == {-10, 0, 7}
    expired = [event.key for event in await round_on(after(60))]
    assert expired == [elsewhere["pledge_id"]]


async def test_every_due_date_is_looked_at_whatever_the_chunk(promise, round_on, monkeypatch):
    """Several of one day, in parts of two: each once."""
    monkeypatch.setattr(due_chunks, "CHUNK_ROWS", 2)
    made = {(await promise())["pledge_id"] for _ in range(5)}
    said = await round_on(after(0))
    assert len(said) == 5
    assert {event.key for event in said} == made


async def test_a_pledge_that_is_being_paid_is_left_for_the_next_round(pledges, promise, round_on):
    """Its lock is not waited for."""
    made = await promise()
    async with pledges.database.begin() as work:
        await lock_pledges(work, references=[made["reference"]], pledge_ids=[])
        assert await round_on(after(0)) == []
        assert await round_on(after(60)) == []
    assert len(await round_on(after(1))) == 1


async def test_several_processes_remind_once(pledges, promise):
    """Three begin their round at once: each pledge is told of by one of them."""
    made = {(await promise())["pledge_id"] for _ in range(20)}
    rounds = [Reminding(pledges.settings).round(pledges.database, today=after(0)) for _ in range(3)]
    await asyncio.gather(*rounds)
    told = [event.key for event in await recorded(pledges) if isinstance(event, ReminderDue)]
    assert sorted(told) == sorted(made)


async def test_several_processes_let_a_pledge_expire_once(pledges, promise):
    """Its released amount is counted once."""
    made = {(await promise())["pledge_id"] for _ in range(20)}
    rounds = [Reminding(pledges.settings).round(pledges.database, today=after(60)) for _ in range(3)]
    await asyncio.gather(*rounds)
    expired = [event.key for event in await recorded(pledges) if isinstance(event, PledgeExpired)]
    assert sorted(expired) == sorted(made)


async def test_a_pledge_expires_so_long_after_its_last_date(promise, round_on):
    """Once; what had not come is released."""
    made = await promise(kind="instalments", count=3, first_on=DUE.isoformat())
    last_on = date.fromisoformat(made["instalments"][-1]["due_on"])
    assert not any(isinstance(event, PledgeExpired) for event in await round_on(after(59, last_on)))
    (event,) = await round_on(after(60, last_on))
    assert isinstance(event, PledgeExpired)
    assert (event.key, event.released_minor) == (made["pledge_id"], 9_000)
    assert await round_on(after(61, last_on)) == []


async def test_money_puts_the_expiry_off(pledges, promise, pay, round_on):
    """A part that came ten days ago: one waits sixty days more, then what is still missing is released."""
    made = await promise()
    await pay(made, 4_000, day=(after(50) - TODAY).days)
    assert await round_on(after(109)) == []
    (event,) = await round_on(after(110))
    assert event.released_minor == 5_000


async def test_money_lands_on_an_expired_pledge(pledges, promise, pay, round_on):
    """It is paid then, and is not released twice."""
    made = await promise()
    await round_on(after(60))
    await pay(made, 9_000)
    async with client_for(pledges) as http:
        found = (await http.get(f"/api/pledges/pledges/{made['pledge_id']}")).json()
    assert (found["state"], found["received_minor"]) == ("paid", 9_000)
    assert await round_on(after(200)) == []


def stated(events: list[Any]) -> list[int]:
    return [event.amount_due_minor for event in events if isinstance(event, ReminderDue)]


async def test_a_collection_that_is_with_the_bank_is_not_asked_for(
    promise, signed, prepare, ripen, take_file, round_on, collect_day
):
    """Its mandate has ended; a week after its day, what no statement shows is asked for."""
    due_on = collect_day + timedelta(days=1)
    await signed(await promise(12_000, kind="once", due_on=due_on.isoformat()), rhythm="once")
    batch = await prepare()
    await ripen()
    assert (await take_file(batch)).status_code == 200
    assert await round_on(due_on) == []
    assert await round_on(collect_day + timedelta(days=7)) == []
    assert stated(await round_on(due_on + timedelta(days=7))) == [12_000]


async def test_a_mandate_that_lapsed_silences_nothing(pledges, promise, signed, round_on):
    """Three years without a collection: nothing will come by it."""
    await signed(await promise(12_000))
    async with pledges.database.begin() as work:
        await work.execute("update mandates set signed_at = signed_at - interval '3 years'")
    assert stated(await round_on(after(0))) == [12_000]
    assert any(isinstance(event, PledgeExpired) for event in await round_on(after(60)))


async def test_a_mandate_of_a_former_creditor_silences_nothing(pledges, promise, signed, round_on):
    """The identifier has changed since it was signed."""
    await signed(await promise(12_000))
    pledges.settings.creditor_id = "FR98ZZZ654321"
    assert stated(await round_on(after(0))) == [12_000]


@pytest.fixture
def give_back(send, movement, statement, bank_file) -> Any:
    """A pledge is paid, and a part of it goes back, with the bank's reason or by our own transfer."""

    async def book(pledge: dict[str, Any], *, paid: int, back: int, reason: str | None, day: int = 0) -> None:
        said = {"structured_reference": pledge["reference"], "booked_on": TODAY + timedelta(days=day)}
        lines = [movement(paid, **said), movement(-back, return_reason=reason, **said)]
        assert (await send(bank_file(statement(lines, day=90)))).status_code == 200

    return book


@pytest.mark.parametrize(("back", "due"), [(9_000, 9_000), (3_000, 3_000)])
async def test_what_the_bank_gave_back_is_reminded_of(promise, give_back, round_on, back: int, due: int):
    """The due date is not covered any more."""
    await give_back(await promise(), paid=9_000, back=back, reason="AC04")
    assert stated(await round_on(after(0))) == [due]


async def test_what_we_gave_back_is_not_asked_for_and_expires(promise, give_back, round_on):
    """A saver who was refunded has their reasons."""
    made = await promise()
    await give_back(made, paid=9_000, back=9_000, reason=None)
    assert [await round_on(after(days)) for days in (0, 21)] == [[], []]
    (event,) = await round_on(after(60))
    assert (event.key, event.released_minor) == (made["pledge_id"], 9_000)


async def test_what_was_promised_anew_after_a_refund_is_reminded_of(pledges, promise, give_back, round_on):
    """Its saver took it up again."""
    made = await promise()
    await give_back(made, paid=9_000, back=9_000, reason=None, day=-1)
    body = {"amount_minor": 8_000, "terms": {"kind": "once", "due_on": DUE.isoformat()}}
    async with client_for(pledges) as http:
        await http.put(f"/api/pledges/pledges/{made['pledge_id']}/terms", json=body)
    assert stated(await round_on(after(0))) == [8_000]


async def test_money_that_went_back_puts_the_expiry_off(promise, give_back, round_on):
    """Its saver hears of it, and has the same time as after a payment."""
    made = await promise()
    await give_back(made, paid=9_000, back=9_000, reason="MD06", day=(after(50) - TODAY).days)
    assert not any(isinstance(event, PledgeExpired) for event in await round_on(after(109)))
    assert any(isinstance(event, PledgeExpired) for event in await round_on(after(110)))
