"""What payments trigger of funders' promises, once each, however they come and whatever breaks on the way."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.pledges.operations import take_payments
from services.pledges.operations.look_at_conditions import look_at_conditions
from services.pledges.reminding import Reminding
from shared.database import Work
from shared.events.hearing import HEARS
from shared.events.pledges import (
    ConditionLapsed,
    ConditionMet,
    FundsCalled,
    MatchingReversed,
    MatchingTriggered,
    PaymentSuspended,
    PledgeExpired,
    PledgeMade,
    ReminderDue,
)
from shared.testing import client_for, hear, recorded, session_token
from shared.values import today_in_france

TODAY = today_in_france()
IN_TIME = TODAY + timedelta(days=2)
UNTIL = TODAY + timedelta(days=30)
PLEDGES = "/api/pledges/pledges"


@pytest.fixture
async def http(pledges):
    async with client_for(pledges) as client:
        yield client


@pytest.fixture
def funder(http):
    """Promise match funding, or with `target_minor` at a threshold; the pledge's JSON."""

    async def promise(amount_minor=500_000, territory="64", *, person=None, target_minor=None, **condition):
        kind = (
            {"kind": "threshold", "target_minor": target_minor}
            if target_minor
            else {"kind": "match_funding", "ratio_basis_points": 10_000}
        )
        made = await http.post(
            PLEDGES,
            json={
                "amount_minor": amount_minor,
                "territory": territory,
                "condition": {**kind, "until_on": UNTIL.isoformat(), **condition},
            },
            headers={"Authorization": f"Bearer {session_token(person)}"} if person else {},
        )
        assert made.status_code == 201, made.text
        return made.json()

    return promise


@pytest.fixture
def days(send, statement, bank_file, movement):
    """Import one statement after the other: lines as `(cents, pledge)`, all of one day of the bank."""
    balance, day = 0, 0

    async def import_(*lines, on=IN_TIME, **fields):
        nonlocal balance, day
        moved = [
            movement(
                cents,
                structured_reference=pledge["reference"] if pledge else None,
                booked_on=on,
                value_on=on,
                **fields,
            )
            for cents, pledge in lines
        ]
        header, moved = statement(moved, opening_minor=balance, day=day)
        header = replace(header, opening_on=on, closing_on=on)
        balance, day = header.closing_minor, day + 1
        answer = await send(bank_file((header, moved)))
        assert answer.status_code == 200, answer.text

    return import_


@pytest.fixture
def look(pledges):
    """Look at the conditions as the service does."""

    async def look_():
        await look_at_conditions(pledges.database, pledges.settings)

    return look_


@pytest.fixture
def said(pledges):
    """What was recorded of a kind."""

    async def events(*kinds):
        return [event for event in await recorded(pledges) if isinstance(event, kinds)]

    return events


@pytest.fixture
def change(pledges):
    """Change rows behind the service's back: days pass."""

    async def execute(sql, **values):
        async with pledges.database.begin() as work:
            await work.execute(sql, **values)

    return execute


@pytest.fixture
def round_on(pledges, said):
    """A round of reminders and expiry on a day; what it said."""

    async def play(day):
        before = len(await said(ReminderDue, PledgeExpired))
        await Reminding(pledges.settings).round(pledges.database, today=day)
        return (await said(ReminderDue, PledgeExpired))[before:]

    return play


@pytest.fixture
async def agree(pledges, make_service):
    """Tell the ledger what was said since: what its accounts hold must be what the pledges say."""
    ledger, told = await make_service("ledger"), 0

    async def check():
        nonlocal told
        events = await recorded(pledges)
        await hear(ledger, [one for one in events[told:] if type(one) in HEARS["ledger"]])
        told = len(events)
        async with pledges.database.begin() as work:
            found = await work.execute(
                """
                select coalesce(sum(coalesce(c.triggered_minor, p.amount_minor) - p.released_minor), 0)::bigint,
                    coalesce(sum(c.amount_minor - c.triggered_minor) filter (where c.closed_on is null), 0)::bigint,
                    count(*) filter (
                        where c.closed_on is not null and p.lapsed_minor <> c.amount_minor - c.triggered_minor)
                from pledges p left join conditions c using (pledge_id)
                """
            )
            said = tuple(found.one())
        async with ledger.database.begin() as work:
            found = await work.execute(
                """
                select coalesce(sum(amount_minor) filter (where account = '802100'), 0)::bigint,
                    coalesce(sum(amount_minor) filter (where account = '802300'), 0)::bigint, 0 from balances
                """
            )
            assert tuple(found.one()) == said
        return said[0]

    return check


@pytest.fixture
def triggered(http):
    """What is triggered of pledges, in their order."""

    async def of(*funders):
        return [
            (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()["condition"]["triggered_minor"]
            for one in funders
        ]

    return of


async def test_payments_of_others_trigger_what_was_promised(http, funder, promised, days, look, said):
    """One event for all payments of a step, which names none; the page asks for exactly that, with its code."""
    one, saver = await funder(), await promised(5000)
    await days((5000, saver), (1200, saver))
    await look()
    (event,) = await said(MatchingTriggered)
    assert (event.amount_minor, event.triggered_minor, str(event.pledge_id)) == (6200, 6200, one["pledge_id"])
    assert event.decided_on == TODAY
    page = (await http.get(f"/promesses/{one['pledge_id']}")).text
    assert "62,00\u00a0€ déclenchés sur 5\u202f000,00\u00a0€" in page
    assert "<svg" in page
    assert (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()["due_minor"] == 6200


async def test_what_is_triggered_is_due_until_it_is_paid(http, funder, promised, days, look):
    """The funder's payment lands as any other, and triggers nothing of anybody."""
    one, other, saver = await funder(), await funder(), await promised(5000)
    await days((5000, saver))
    await look()
    await days((2000, one))
    await look()
    answers = [(await http.get(f"{PLEDGES}/{each['pledge_id']}")).json() for each in (one, other)]
    assert [each["due_minor"] for each in answers] == [500, 2500]


async def test_payments_out_of_scope_trigger_nothing(funder, promised, days, look, triggered):
    """Of another territory, before the period, or of a pledge of the funder's own."""
    person = UUID(int=42)
    here, everywhere = await funder(person=person), await funder(territory="2A", is_everywhere=True)
    await days((700, await promised(700, "33")))
    await days((900, await promised(900, "64")), on=TODAY)
    await look()
    assert await triggered(here, everywhere) == [0, 700]


async def test_a_return_takes_back_what_its_payment_had_triggered(
    funder, promised, days, look, said, triggered
):
    """In the same statement or later, in parts; the rest stays due."""
    one, saver = await funder(), await promised(5000)
    await days((5000, saver), (-2000, saver), end_to_end_id="E1")
    await look()
    assert await triggered(one) == [3000]
    await days((-3000, saver), end_to_end_id="E1")
    await look()
    assert await triggered(one) == [0]
    assert [event.amount_minor for event in await said(MatchingReversed)] == [2000, 3000]


async def test_an_allocation_triggers_and_its_undoing_takes_back(
    http, funder, promised, days, look, said, triggered, as_treasurer
):
    """Money that finds its pledge by hand counts by the bank's date of its line."""
    one, saver = await funder(), await promised(5000)
    await days((5000, None))
    (suspended,) = await said(PaymentSuspended)
    body = {"parts": [{"reference": saver["reference"]}], "waiting_minor": 5000}
    line = f"/api/pledges/lines/{suspended.line_id}"
    found = await http.post(f"{line}/allocations", json=body, headers=as_treasurer)
    await look()
    assert await triggered(one) == [5000]
    undoing = f"/api/pledges/allocations/{found.json()['allocations'][0]['allocation_id']}/undoing"
    await http.post(undoing, json={"reason": "Erreur"}, headers=as_treasurer)
    await look()
    assert await triggered(one) == [5000]
    done = await http.post(f"{undoing}/confirmation", headers=as_treasurer)
    assert done.status_code == 200, done.text
    await look()
    await look()
    assert await triggered(one) == [0]
    assert len(await said(MatchingReversed)) == 1


async def test_an_allocation_that_commits_late_is_not_missed(
    pledges, funder, promised, days, look, said, triggered
):
    """It was made before a look that could not see it, and statements were taken since."""
    one, saver, other = await funder(), await promised(5000), await promised(5000)
    await days((5000, None))
    (suspended,) = await said(PaymentSuspended)
    async with pledges.database.begin() as work:
        await work.execute(
            "insert into allocations (territory, allocation_id, line_id, pledge_id, amount_minor, matched_by, made_at)"
            " values ('64', gen_random_uuid(), :line, :pledge, 5000, 'by_hand', now())",
            line=suspended.line_id,
            pledge=UUID(saver["pledge_id"]),
        )
        await days((100, other))
        await look()
        assert await triggered(one) == [100]
    await look()
    assert await triggered(one) == [5100]


async def test_two_replicas_take_a_payment_once(funder, promised, days, look, said):
    """Whoever comes second goes away."""
    await funder()
    await days((5000, await promised(5000)))
    await asyncio.gather(look(), look(), look())
    await look()
    assert [event.amount_minor for event in await said(MatchingTriggered)] == [5000]


async def test_a_crash_in_a_step_loses_and_repeats_nothing(funder, promised, days, look, said, monkeypatch):
    """Where the task stands and what it triggered are one transaction."""
    await funder()
    saver = await promised(5000)
    await days(*[(1000, saver)] * 5)
    monkeypatch.setattr(take_payments, "CHUNK", 2)
    steps = iter([True, False])
    save = take_payments.save_progress

    async def save_or_crash(work, progress):
        await save(work, progress)
        if not next(steps, True):
            raise RuntimeError("the machine stopped")

    monkeypatch.setattr(take_payments, "save_progress", save_or_crash)
    with pytest.raises(RuntimeError):
        await look()
    assert [event.amount_minor for event in await said(MatchingTriggered)] == [2000]
    await look()
    assert [event.amount_minor for event in await said(MatchingTriggered)] == [2000, 2000, 1000]


async def test_how_many_are_taken_at_a_time_changes_nothing(
    funder, promised, days, look, triggered, change, monkeypatch
):
    """The same payments and returns, three by three or all at once, after each statement or at the end."""
    chance = random.Random(7)
    funders = [
        await funder(cap, "64", ratio_basis_points=ratio)
        for cap, ratio in ((4_000, 20_000), (3_000, 10_000), (7_000, 10_000))
    ]
    savers = [await promised(50_000) for _ in range(3)]
    monkeypatch.setattr(take_payments, "CHUNK", 3)
    for _ in range(3):
        paid = [(chance.randint(100, 1500), savers[0]) for _ in range(7)]
        await days(*paid, (-paid[chance.randrange(7)][0], savers[0]), end_to_end_id=None)
        await look()
    step_by_step = await triggered(*funders)
    assert sum(step_by_step) > 0
    for table in ("match_shares", "matched_payments"):
        await change(f"delete from {table}")
    await change("update conditions set triggered_minor = 0, state = 'waiting'")
    await change("update matching_progress set position = 0")
    monkeypatch.setattr(take_payments, "CHUNK", 1000)
    await look()
    assert await triggered(*funders) == step_by_step


async def test_a_threshold_is_met_once_for_all(http, funder, promised, days, look, said):
    """By money of ordinary pledges alone; what goes back later does not unmeet it."""
    one, saver = await funder(target_minor=6000), await promised(5000)
    other = await funder()
    await days((5000, saver), (9000, other), end_to_end_id="E1")
    await look()
    view = (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()
    assert (view["condition"]["counted_minor"], view["due_minor"]) == (5000, 0)
    assert "50,00\u00a0€ reçus sur les 60,00\u00a0€" in view["condition"]["progress"]
    await days((1000, saver))
    await look()
    await days((-5000, saver), end_to_end_id="E1")
    await look()
    (event,) = await said(ConditionMet)
    assert (event.amount_minor, str(event.pledge_id)) == (500_000, one["pledge_id"])
    view = (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()
    assert (view["condition"]["state"], view["due_minor"]) == ("met", 500_000)


async def test_no_threshold_is_met_by_the_funders_own_payments(http, funder, days, look, said):
    """Only somebody else's count, of those that came by its last day too."""
    person = UUID(int=42)
    signed = {"Authorization": f"Bearer {session_token(person)}"}
    one = await funder(target_minor=6000, person=person)
    own = await http.post(PLEDGES, json={"amount_minor": 9000, "territory": "64"}, headers=signed)
    await days((9000, own.json()))
    await look()
    view = (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()
    assert (view["condition"]["state"], view["condition"]["counted_minor"]) == ("waiting", 0)
    assert await said(ConditionMet) == []


async def test_a_threshold_that_is_reached_already_is_refused(http, promised, days, said):
    """422, beside the field of the form; one cent more is promised."""
    await days((6000, await promised(6000)))
    condition = {"kind": "threshold", "target_minor": 6000, "until_on": UNTIL.isoformat()}
    body = {"amount_minor": 500_000, "territory": "64", "condition": condition}
    refused = await http.post(PLEDGES, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "target_already_reached")
    form = {"kind": "seuil", "amount": "5 000", "territory": "64", "fund": "fonds-commun", "objectif": "60"}
    page = await http.post("/promettre/sous-condition", data={**form, "au": UNTIL.isoformat()})
    assert (page.status_code, "déjà atteint" in page.text) == (422, True)
    assert [event for event in await said(PledgeMade) if event.is_conditional] == []
    for other in ({"territory": "33"}, {"condition": {**condition, "target_minor": 6001}}):
        assert (await http.post(PLEDGES, json={**body, **other})).status_code == 201


async def test_a_threshold_promised_twice_is_one_promise_even_when_it_is_reached_meanwhile(
    http, promised, days
):
    """The key that is repeated finds the earlier pledge first."""
    condition = {"kind": "threshold", "target_minor": 6000, "until_on": UNTIL.isoformat()}
    request = {
        "json": {"amount_minor": 500_000, "territory": "64", "condition": condition},
        "headers": {"Idempotency-Key": "0123456789abcdef"},
    }
    first = await http.post(PLEDGES, **request)
    await days((6000, await promised(6000)))
    again = await http.post(PLEDGES, **request)
    assert (again.status_code, again.json()["pledge_id"]) == (201, first.json()["pledge_id"])


async def test_a_return_that_comes_while_a_threshold_is_counted_meets_it_not(
    funder, promised, days, look, said, change, monkeypatch
):
    """What was received and what of it came too late are of one moment: else the part that goes back counts twice."""
    await funder(target_minor=6000)
    saver = await promised(9000)
    await change("update conditions set from_on = :day, until_on = :day", day=TODAY - timedelta(days=1))
    await days((5000, saver), on=TODAY - timedelta(days=1))
    await days((4000, saver), on=TODAY, end_to_end_id="E1")
    execute, is_back = Work.execute, False

    async def execute_then_return(self, sql, /, **values):
        nonlocal is_back
        result = await execute(self, sql, **values)
        if "returned_minor)::bigint" in sql and not is_back:
            is_back = True
            await days((-4000, saver), on=TODAY, end_to_end_id="E1")
        return result

    monkeypatch.setattr(Work, "execute", execute_then_return)
    await look()
    assert is_back
    assert await said(ConditionMet) == []


async def test_money_of_after_the_last_day_reaches_no_threshold(
    http, funder, promised, days, look, said, change
):
    """The statement that comes late counts by the bank's dates."""
    one, saver = await funder(target_minor=6000), await promised(5000)
    await change("update conditions set from_on = :day, until_on = :day", day=TODAY - timedelta(days=1))
    await days((5000, saver), on=TODAY - timedelta(days=1))
    await days((1000, saver), on=TODAY)
    await look()
    view = (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()
    assert (view["condition"]["state"], view["condition"]["counted_minor"]) == ("waiting", 5000)
    assert await said(ConditionMet) == []


async def test_what_was_not_triggered_lapses_when_late_statements_have_come(
    http, funder, promised, days, look, said, triggered, change
):
    """Ten days after the last one; until then money in time still counts. What goes back later lapses too."""
    one, saver = await funder(), await promised(5000)
    last = TODAY - timedelta(days=10)
    await change("update conditions set from_on = :day, until_on = :day", day=last)
    await days((1000, saver), on=last, end_to_end_id="E1")
    await look()
    assert (await triggered(one), await said(ConditionLapsed)) == ([1000], [])
    await change("update conditions set from_on = from_on - 1, until_on = until_on - 1")
    await look()
    await look()
    assert [event.amount_minor for event in await said(ConditionLapsed)] == [499_000]
    await days((-1000, saver), end_to_end_id="E1")
    await look()
    assert [event.amount_minor for event in await said(ConditionLapsed)] == [499_000, 1000]
    view = (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()["condition"]
    assert (view["state"], "rien n’est plus promis" in view["progress"]) == ("lapsed", True)


async def test_a_threshold_that_is_met_is_reminded_of_and_expires(
    http, funder, promised, days, look, round_on, agree
):
    """As a pledge that was promised that day: due in thirty days, released sixty later; a transfer stays welcome."""
    one, saver = await funder(target_minor=6000), await promised(6000)
    await days((6000, saver))
    await look()
    due_on = TODAY + timedelta(days=30)
    (reminder,) = await round_on(due_on)
    assert (reminder.key, reminder.due_on, reminder.amount_due_minor) == (one["pledge_id"], due_on, 500_000)
    (expired,) = await round_on(due_on + timedelta(days=60))
    assert (expired.key, expired.released_minor) == (one["pledge_id"], 500_000)
    assert await agree() == 6000
    page = (await http.get(f"/promesses/{one['pledge_id']}")).text
    assert "Expirée" in page


async def test_what_match_funding_triggered_is_due_once_its_period_is_over(
    http, funder, promised, days, look, round_on, agree, change
):
    """The triggered part alone is asked for and released; what was never triggered has lapsed already."""
    one, saver = await funder(), await promised(5000)
    await days((5000, saver))
    await look()
    assert (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()["due_on"] is None
    await days((2000, one))
    await change("update conditions set from_on = from_on - 60, until_on = until_on - 60")
    await look()
    due_on = TODAY + timedelta(days=30)
    (reminder,) = [event for event in await round_on(due_on) if event.key == one["pledge_id"]]
    assert reminder.amount_due_minor == 3000
    (expired,) = [
        event for event in await round_on(due_on + timedelta(days=100)) if event.key == one["pledge_id"]
    ]
    assert expired.released_minor == 3000
    assert await agree() == 7000


async def test_a_condition_that_triggered_nothing_is_due_on_no_day(
    http, funder, look, round_on, agree, change
):
    """It lapses, and nothing is asked for or released."""
    one = await funder()
    await change("update conditions set from_on = from_on - 60, until_on = until_on - 60")
    await look()
    assert (await http.get(f"{PLEDGES}/{one['pledge_id']}")).json()["due_on"] is None
    assert await round_on(TODAY + timedelta(days=90)) == []
    assert await agree() == 0


@pytest.mark.parametrize("paid", [0, 1000, 2500])
async def test_what_has_expired_is_not_taken_back_again(
    funder, promised, days, look, said, triggered, round_on, agree, change, paid
):
    """A return of what had triggered it takes back what is still promised alone."""
    one, saver = await funder(), await promised(3000)
    await days((3000, saver), end_to_end_id="E1")
    if paid:
        await days((paid, one))
    await look()
    await change("update conditions set from_on = from_on - 60, until_on = until_on - 60")
    await look()
    await round_on(TODAY + timedelta(days=150))
    assert await agree() == 3000 + paid
    for back in (600, 2400):
        await days((-back, saver), end_to_end_id="E1")
        await look()
        await agree()
    assert await triggered(one) == [0]
    assert sum(event.amount_minor for event in await said(MatchingReversed)) == paid
    later = await round_on(TODAY + timedelta(days=160))
    assert [event for event in later if event.key == one["pledge_id"]] == []


@pytest.mark.parametrize("seed", range(4))
async def test_the_ledger_promises_what_the_pledges_do_whatever_happens(
    funder, promised, days, look, round_on, agree, change, seed
):
    """Payments, returns, looks, ends and expiries in any order."""
    chance = random.Random(seed)
    funders = [await funder(3_000), await funder(20_000), await funder(4_000, target_minor=5_000)]
    savers = [await promised(5_000) for _ in range(3)]
    left = {one["pledge_id"]: 0 for one in (*funders, *savers)}

    async def pay():
        one, cents = chance.choice([*funders, *savers]), chance.randint(500, 3000)
        left[one["pledge_id"]] += cents
        await days((cents, one), end_to_end_id=one["reference"])

    async def give_back():
        one = chance.choice([*funders, *savers])
        if cents := min(left[one["pledge_id"]], chance.randint(500, 3000)):
            left[one["pledge_id"]] -= cents
            await days((-cents, one), end_to_end_id=one["reference"])

    async def end():
        await change("update conditions set from_on = from_on - 60, until_on = until_on - 60")

    async def expire():
        await round_on(TODAY + timedelta(days=400))

    before, after = (
        [*[pay] * 9, *[give_back] * 3, *[look] * 4],
        [*[pay] * 2, *[give_back] * 9, *[look] * 6, expire],
    )
    chance.shuffle(before)
    chance.shuffle(after)
    for step in (*before, look, end, look, expire, *after):
        await step()
        await agree()


async def test_a_funder_is_told_once_a_day_what_there_is_to_pay(funder, promised, days, look, said, change):
    """What comes later the same day is told the next."""
    one, saver = await funder(), await promised(5000)
    for cents in (1000, 200):
        await days((cents, saver))
        await look()
    (event,) = await said(FundsCalled)
    assert (event.triggered_minor, event.due_minor, event.reference) == (1000, 1000, one["reference"])
    await days((700, one))
    await change("update conditions set called_on = called_on - 1")
    await look()
    await look()
    assert [(call.triggered_minor, call.due_minor) for call in await said(FundsCalled)] == [
        (1000, 1000),
        (1200, 500),
    ]


async def test_a_funder_whose_payment_came_back_is_told_again(funder, promised, days, look, said, change):
    """As soon as the bank says so, the day after the last letter at the earliest; once."""
    one, saver = await funder(), await promised(5000)
    await days((1000, saver))
    await look()
    await days((1000, one), end_to_end_id="E1")
    await look()
    await days((-1000, one), end_to_end_id="E1")
    await look()
    assert len(await said(FundsCalled)) == 1
    for _ in range(2):
        await change("update conditions set called_on = called_on - 1")
        await look()
    assert [(call.triggered_minor, call.due_minor) for call in await said(FundsCalled)] == [(1000, 1000)] * 2


async def test_a_funder_who_was_refunded_is_not_told_again(funder, promised, days, look, said, change):
    """We gave it back ourselves."""
    one, saver = await funder(), await promised(5000)
    await days((1000, saver))
    await look()
    await days((1000, one), end_to_end_id="E1")
    await days((-1000, one), end_to_end_id="E1")
    await change("update bank_lines set fate = 'refunded' where fate = 'returned'")
    await change("update conditions set called_on = called_on - 1")
    await look()
    assert len(await said(FundsCalled)) == 1


async def test_what_was_imported_before_the_first_condition_counts_for_none(
    promised, days, look, funder, triggered
):
    """Whatever the bank's date: the task begins behind it."""
    saver = await promised(5000)
    await days((5000, saver))
    await look()
    one = await funder()
    await look()
    assert await triggered(one) == [0]
    await days((300, saver))
    await look()
    assert await triggered(one) == [300]


@pytest.fixture
def wish(http):
    """Promise with a wish; the pledge's JSON."""

    async def promise(amount_minor=10_000, **other):
        body = {"amount_minor": amount_minor, "territory": "64", "earmark": {"theme": "energie"}, **other}
        made = await http.post(PLEDGES, json=body)
        assert made.status_code == 201, made.text
        return made.json()

    return promise


async def test_a_wish_counts_as_far_as_it_is_promised(http, funder, promised, days, look, wish):
    """Not what was cancelled, nor a letter of intent; under a condition, what that triggered."""
    for _ in range(3):
        await wish()
    cancelled, part = await wish(), await wish()
    await wish(commitment="letter_of_intent")
    waiting = {"kind": "threshold", "target_minor": 90_000, "until_on": UNTIL.isoformat()}
    await wish(condition=waiting)
    matching = {"kind": "match_funding", "ratio_basis_points": 10_000, "until_on": UNTIL.isoformat()}
    await wish(50_000, condition=matching)
    await days((300, part), (700, await promised(700)))
    await look()
    for one in (cancelled, part):
        assert (await http.post(f"{PLEDGES}/{one['pledge_id']}/cancellation")).status_code == 200
    (group,) = (await http.get("/api/pledges/offers")).json()["wished_themes"]
    assert (group["people"], group["offered_minor"]) == (5, 30_000 + 300 + 1000)


async def test_who_wishes_no_more_does_not_make_a_group_large_enough(http, wish):
    """Three promised, one cancelled: two stand behind the sum, which is not published."""
    *_, last = [await wish() for _ in range(3)]
    await http.post(f"{PLEDGES}/{last['pledge_id']}/cancellation")
    (group,) = (await http.get("/api/pledges/offers")).json()["wished_themes"]
    assert (group["people"], group["offered_minor"]) == (None, None)


async def test_everybody_sees_what_three_people_offer_and_nothing_of_fewer(
    http, funder, promised, days, look
):
    """By territory, with what is triggered and left; wishes are added up too."""
    for _ in range(3):
        await funder(10_000)
    await funder(777_700, "33")
    await http.post(
        PLEDGES, json={"amount_minor": 555_500, "territory": "64", "earmark": {"theme": "energie"}}
    )
    await days((6000, await promised(6000)))
    await look()
    groups = {one["code"]: one for one in (await http.get("/api/pledges/offers")).json()["match_funding"]}
    assert groups["64"] == {
        "code": "64",
        "people": 3,
        "offered_minor": 30_000,
        "triggered_minor": 6000,
        "remaining_minor": 24_000,
    }
    assert (groups["33"]["people"], groups["33"]["offered_minor"]) == (None, None)
    page = (await http.get("/abondements")).text
    assert "240,00\u00a0€" in page
    assert "Gironde" in page
    assert "Énergie" in page
    assert "7\u202f777" not in page
    assert "5\u202f555" not in page
