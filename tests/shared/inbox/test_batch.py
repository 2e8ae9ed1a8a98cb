"""Batches: each event once, all or nothing, and what fails stands aside alone."""

import asyncio
import time
from uuid import uuid4

import pytest

from shared.bus import Unavailable
from shared.events.ledger import DisbursementPosted
from shared.inbox.batch import LaneLost
from tests.shared.listening import LINE, a_payment, a_return, forged, message


async def test_the_same_event_three_times_applies_once(listener) -> None:
    """Redelivered in later batches, an event is known."""
    arrived = message(a_payment())
    outcomes = [await listener.hear(arrived) for _ in range(3)]
    assert [(one.applied, one.repeated) for one in outcomes] == [(1, 0), (0, 1), (0, 1)]
    assert len(await listener.applied()) == 1


async def test_an_event_repeated_inside_a_batch_applies_once(listener) -> None:
    """The broker may hold it twice, and bring both at once."""
    arrived, other = message(a_payment()), message(a_payment())
    outcome = await listener.hear(arrived, other, arrived)
    assert outcome.applied == 2
    assert len(await listener.applied()) == 2


async def test_a_failure_of_the_infrastructure_leaves_nothing_of_a_batch(listener) -> None:
    """State, inbox and parking are as before; the batch can come again whole."""
    batch = [message(a_payment()) for _ in range(5)]

    async def away(work, heard) -> None:
        if heard.id.hex == batch[3].headers["ce-id"].replace("-", ""):
            raise Unavailable("the dependency is away")

    listener.obstacles.append(away)
    with pytest.raises(Unavailable):
        await listener.hear(*batch)
    assert await listener.read("select * from inbox_messages") == []
    assert await listener.applied() == await listener.parked() == []
    listener.obstacles.clear()
    assert (await listener.hear(*batch)).applied == 5


async def test_one_poison_in_fifty_is_parked_and_the_others_apply_in_order(listener) -> None:
    """The bad one is found by halving; nobody else is touched."""
    payments = [a_payment(amount_minor=666 if number == 25 else number + 1) for number in range(50)]
    outcome = await listener.hear(*map(message, payments))
    assert (outcome.applied, outcome.parked) == (49, 1)
    assert [amount for _, amount in await listener.applied()] == [n + 1 for n in range(50) if n != 25]
    assert await listener.parked() == [("failed", payments[25].key)]


async def test_later_events_of_a_failed_key_park_behind_it_and_other_keys_go_on(listener) -> None:
    """In the same batch and in later ones."""
    key, other = uuid4(), uuid4()
    await listener.hear(
        *(message(a_payment(key, amount)) for amount in (1, 666, 3)), message(a_payment(other, 4))
    )
    await listener.hear(message(a_payment(other, 5)), message(a_payment(key, 6)))
    assert await listener.applied() == [(str(key), 1), (str(other), 4), (str(other), 5)]
    assert await listener.parked() == [("failed", str(key)), ("behind", str(key)), ("behind", str(key))]


async def test_what_came_before_an_invalid_message_of_its_key_is_applied(listener) -> None:
    """An invalid message only holds up what comes after it."""
    key = uuid4()
    bad = message(a_payment(key, 2), **{"ce-type": "milliard.pledges.payment_received.v99"})
    await listener.hear(message(a_payment(key, 1)), bad, message(a_payment(key, 3)))
    assert await listener.applied() == [(str(key), 1)]
    assert await listener.parked() == [("invalid", str(key)), ("behind", str(key))]


async def test_a_key_is_parked_in_the_order_of_arrival(listener) -> None:
    """A failed event before an invalid one of its key stays before it."""
    key = uuid4()
    bad = message(a_payment(key, 2), **{"ce-type": "milliard.pledges.payment_received.v99"})
    await listener.hear(message(a_payment(key, 666)), bad, message(a_payment(key, 3)))
    assert [status for status, _ in await listener.parked()] == ["failed", "invalid", "behind"]


async def test_a_parked_event_is_not_applied_when_it_is_redelivered(listener) -> None:
    """It waits for its replay, once, and is applied once by it."""
    poison = message(a_payment(amount_minor=666))
    for _ in range(3):
        await listener.hear(poison)
    assert len(await listener.parked()) == 1
    assert await listener.read("select * from inbox_messages") == []


async def test_a_batch_of_nothing_but_poison_is_parked_well_within_a_deadline(listener) -> None:
    """A broken rule must not keep its lane retrying for ever."""
    started = time.monotonic()
    outcome = await listener.hear(*(message(a_payment(amount_minor=666)) for _ in range(200)))
    assert outcome.parked == 200
    assert time.monotonic() - started < 8


async def test_a_number_that_no_column_holds_is_the_fault_of_its_event(listener) -> None:
    """asyncpg refuses it as an interface error, which must not look like a lost connection."""

    async def count(work, heard) -> None:
        if heard.event.amount_minor == 5:
            await work.execute("select cast(:number as bigint)", number=10**30)

    listener.obstacles.append(count)
    outcome = await listener.hear(message(a_payment(amount_minor=5)), message(a_payment(amount_minor=6)))
    assert (outcome.applied, outcome.parked) == (1, 1)
    assert str(10**30) not in outcome.parked_reasons[0]


async def test_text_that_the_database_cannot_keep_is_parked_all_the_same(listener) -> None:
    """A NUL in a payload, in a header or in an error's message stops no lane."""

    async def complain(work, heard) -> None:
        if heard.event.matched_by == "\0":
            raise ValueError(f"unknown rule {heard.event.matched_by}")

    listener.obstacles.append(complain)
    good = a_payment()
    outcome = await listener.hear(
        message(a_payment(matched_by="\0")),
        message(a_payment(), **{"ce-type": "a\0b"}),
        message(a_payment(), **{"ce-subject": "\udcc3"}),
        message(a_payment(), **{"ce-subject": "k" * 5000}),
        message(a_payment(), **{"traceparent": "\udcff\0", "ce-id": "?"}),
        message(good),
    )
    assert (outcome.applied, outcome.parked) == (1, 5)


async def test_a_replica_without_the_epoch_cannot_commit(listener) -> None:
    """The lane was taken over: what the old holder still does is refused."""
    await listener.read("update leases set epoch = 2 where resource = 'lane:64' returning 1")
    with pytest.raises(LaneLost):
        await listener.hear(message(a_payment()), epoch=1)
    assert await listener.applied() == []


async def test_a_lane_is_not_taken_over_while_a_batch_commits(listener) -> None:
    """The batch holds its lease's row: the next epoch begins after it."""
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def wait(work, heard) -> None:
        entered.set()
        await go_on.wait()

    listener.obstacles.append(wait)
    batch = asyncio.create_task(listener.hear(message(a_payment())))
    await entered.wait()
    taking = asyncio.create_task(
        listener.read("update leases set epoch = 2 where resource = 'lane:64' returning 1")
    )
    await asyncio.sleep(0.2)
    assert not taking.done()
    go_on.set()
    await asyncio.gather(batch, taking)
    assert len(await listener.applied()) == 1


async def test_what_a_failed_event_recorded_is_undone_with_it(listener) -> None:
    """Its neighbours' events stay."""

    async def tell(work, heard) -> None:
        work.record(
            DisbursementPosted(
                territory="64", disbursement_id=heard.event.pledge_id, amount_minor=heard.event.amount_minor,
                currency="EUR", booked_on=LINE["booked_on"],
            ),
            because_of=heard,
        )  # fmt: skip

    listener.obstacles.append(tell)
    await listener.hear(*(message(a_payment(amount_minor=amount)) for amount in (1, 666, 3)))
    told = await listener.read(
        "select cast(payload as jsonb)->>'amount_minor' from outbox_messages order by position"
    )
    assert [row[0] for row in told] == ["1", "3"]


async def test_an_event_that_cannot_be_recorded_fails_the_one_that_led_to_it(listener) -> None:
    """What no broker would take is the fault of that event, not of its batch."""

    async def tell_too_much(work, heard) -> None:
        if heard.event.amount_minor == 2:
            posted = DisbursementPosted(
                territory="64",
                disbursement_id=uuid4(),
                amount_minor=1,
                currency="EUR",
                booked_on=LINE["booked_on"],
            )
            work.record(posted.model_copy(update={"currency": "é" * 300_000}))

    listener.obstacles.append(tell_too_much)
    outcome = await listener.hear(*(message(a_payment(amount_minor=amount)) for amount in (1, 2, 3)))
    assert (outcome.applied, outcome.parked) == (2, 1)


async def test_an_effect_before_its_cause_in_one_batch_waits(listener) -> None:
    """And so does what follows it in its key."""
    payment = a_payment()
    await listener.hear(message(a_return(payment)), message(payment))
    assert [status for status, _ in await listener.parked()] == ["waiting", "behind"]


async def test_many_invalid_messages_cost_one_attempt(listener) -> None:
    """What is valid between them is applied together: a lane full of rubbish would never get through else."""
    good = [message(a_payment()) for _ in range(20)]
    bad = [forged(message(a_payment(), sequence=number), payload=b"{}") for number in range(20)]
    outcome = await listener.hear(*(one for pair in zip(good, bad, strict=True) for one in pair))
    assert (outcome.applied, outcome.parked, listener.calls) == (20, 20, 1)
