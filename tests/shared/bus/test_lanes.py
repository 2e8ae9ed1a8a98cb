"""Lanes on a real broker: from a recorded event to an applied one, through what may go wrong on the way."""

import asyncio

import asyncpg
from structlog.testing import capture_logs

from shared.bus import Unavailable
from shared.bus.connection import connect
from shared.bus.topology import consumer
from shared.events.hearing import heard_on_lanes
from shared.testing import eventually
from tests.shared.bus.serving import TERRITORIES, has_applied, publish, record
from tests.shared.listening import a_payment, a_return


async def test_recorded_events_reach_the_listener(listener, lanes_of, publisher) -> None:
    """Events recorded in one service's transaction are applied in another's, lane by lane, in order."""
    await lanes_of(listener)
    payments = [a_payment(amount_minor=number, territory=TERRITORIES[number % 2]) for number in range(1, 301)]
    await record(publisher, *payments)
    await eventually(has_applied(listener, 300))
    amounts = [amount for _, amount in await listener.applied()]
    assert [one for one in amounts if one % 2] == list(range(1, 301, 2))
    assert [one for one in amounts if not one % 2] == list(range(2, 301, 2))


async def test_dropped_connections_lose_nothing_and_park_nothing(
    listener, lanes_of, publisher, cluster
) -> None:
    """The database ends connections under load: batches come again, each event applies once, in order."""
    await lanes_of(listener)
    admin = await asyncpg.connect(cluster.admin_url)
    database = listener.database.engine.url.database

    async def drop() -> None:
        while True:
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and random() < 0.7",
                database,
            )
            await asyncio.sleep(0.15)

    async def slowly(work, heard) -> None:
        await asyncio.sleep(0.001)

    listener.obstacles.append(slowly)
    dropping = asyncio.create_task(drop())
    for start in range(1, 301, 30):
        await record(publisher, *(a_payment(amount_minor=number) for number in range(start, start + 30)))
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    dropping.cancel()
    await asyncio.wait([dropping])
    await admin.close()
    await eventually(has_applied(listener, 300), seconds=30)
    assert [amount for _, amount in await listener.applied()] == list(range(1, 301))
    assert await listener.parked() == []


async def test_a_handler_that_hangs_meets_its_deadline_and_comes_back(listener, lanes_of, publisher) -> None:
    """The other lane does not notice; nothing is parked."""
    hanging = asyncio.Event()

    async def hang_once(work, heard) -> None:
        if heard.event.territory == "64" and not hanging.is_set():
            hanging.set()
            await asyncio.sleep(60)

    listener.obstacles.append(hang_once)
    await lanes_of(listener, deadline_seconds=0.5)
    await record(publisher, a_payment(amount_minor=1))
    await hanging.wait()
    await record(publisher, a_payment(amount_minor=2, territory="75"))
    await eventually(has_applied(listener, 1), seconds=0.4)
    await eventually(has_applied(listener, 2))
    assert await listener.parked() == []


async def test_a_breaker_is_shown_while_it_is_open_and_no_longer(
    listener, lanes_of, publisher, monkeypatch
) -> None:
    """Three failures open it; the first batch after the trouble closes it."""
    monkeypatch.setattr("shared.inbox.breaker.FIRST_REST_SECONDS", 0.05)
    trouble = True

    async def away(work, heard) -> None:
        if trouble:
            raise Unavailable("the dependency is away")

    listener.obstacles.append(away)
    await lanes_of(listener)
    await record(publisher, a_payment())

    async def is_shown(state: str = "open") -> bool:
        found = await listener.read("select state, reason from lane_breakers where territory = '64'")
        return bool(found) and found[0].state == state

    await eventually(is_shown)
    trouble = False
    await eventually(has_applied(listener, 1))

    async def is_closed() -> bool:
        return await is_shown("closed")

    await eventually(is_closed)


async def test_a_missing_cause_is_retried_by_the_lane_itself(listener, lanes_of, publisher) -> None:
    """An event that waits is applied without anybody's doing."""
    lanes = await lanes_of(listener)
    trying = asyncio.create_task(lanes.retry_waiting())
    payment = a_payment()
    await record(publisher, a_return(payment))

    async def waits() -> bool:
        return await listener.parked() == [("waiting", payment.key)]

    await eventually(waits)
    await listener.read(
        "insert into applied (event_id, key, amount_minor) values (:id, :key, 1) returning 1",
        id=payment.line_id, key=payment.key,
    )  # fmt: skip
    await eventually(has_applied(listener, 2))
    trying.cancel()
    await asyncio.wait([trying])


async def test_a_deleted_consumer_is_noticed_and_its_lane_goes_on_when_it_is_back(
    listener, lanes_of, publisher, administrator, monkeypatch
) -> None:
    """Else its lane would stall silently."""
    monkeypatch.setattr("shared.bus.lanes.POLL_SECONDS", 0.3)
    monkeypatch.setattr("shared.bus.subscriber.POLLS_BETWEEN_CHECKS", 1)
    filters = [contract.subject_filter("64") for contract in heard_on_lanes("ledger")]
    with capture_logs() as logs:
        await lanes_of(listener)
        await asyncio.sleep(0.2)
        await administrator.delete_consumer("T-64", "ledger")

        async def is_noticed() -> bool:
            return any(line["event"] == "lane_stalled" for line in logs)

        try:
            await eventually(is_noticed, seconds=5)
        finally:
            await administrator.add_consumer("T-64", consumer("ledger", filters))
    await record(publisher, a_payment())
    await eventually(has_applied(listener, 1), seconds=10)


async def test_a_lane_without_a_consumer_starts_when_it_has_one(
    listener, lanes_of, publisher, administrator, monkeypatch
) -> None:
    """A service that starts before `milliard bus apply` waits for it, lane by lane."""
    monkeypatch.setattr("shared.bus.lanes.START_AGAIN_SECONDS", 0.1)
    filters = [contract.subject_filter("64") for contract in heard_on_lanes("ledger")]
    await administrator.delete_consumer("T-64", "ledger")
    try:
        await lanes_of(listener)
        await asyncio.sleep(0.5)
    finally:
        await administrator.add_consumer("T-64", consumer("ledger", filters))
    await record(publisher, a_payment())
    await eventually(has_applied(listener, 1), seconds=15)


async def test_a_lane_that_was_lost_leaves_its_batch_to_the_next_holder(
    listener, lanes_of, publisher
) -> None:
    """Who has it within seconds."""
    await listener.read("update leases set epoch = 2 where resource = 'lane:64' returning 1")
    lanes = await lanes_of(listener)
    await record(publisher, a_payment())
    await asyncio.sleep(0.5)
    assert await listener.applied() == []
    await lanes.lose("lane:64")
    await lanes.gain("lane:64", 2)
    await eventually(has_applied(listener, 1), seconds=10)


async def test_a_killed_holder_costs_no_order(listener, lanes_of, publisher, topology) -> None:
    """What it had in hand is applied before what came later: a revoked role must not come back."""
    client = await connect(topology.url_for("ledger"), service="ledger", name="killed")
    subscription = await client.jetstream().pull_subscribe_bind("ledger", "T-64")
    await record(publisher, *(a_payment(amount_minor=number) for number in range(1, 6)))
    assert len(await subscription.fetch(5, timeout=5)) == 5
    await client.close()
    await record(publisher, *(a_payment(amount_minor=number) for number in range(6, 9)))
    await lanes_of(listener)
    await eventually(has_applied(listener, 8), seconds=15)
    assert [amount for _, amount in await listener.applied()] == list(range(1, 9))


async def test_deliveries_that_passed_a_lane_by_are_waited_for(
    listener, lanes_of, publisher, topology
) -> None:
    """A stopped process still had a pull waiting: the broker's numbers show it, and order holds."""
    client = await connect(topology.url_for("ledger"), service="ledger", name="stopped")
    subscription = await client.jetstream().pull_subscribe_bind("ledger", "T-64")
    pulled = asyncio.create_task(subscription.fetch(1, timeout=5))
    await asyncio.sleep(0.2)
    await lanes_of(listener)
    await asyncio.sleep(0.5)
    await record(publisher, a_payment(amount_minor=1))
    assert len(await pulled) == 1
    await client.close()
    await record(publisher, *(a_payment(amount_minor=number) for number in range(2, 6)))
    await eventually(has_applied(listener, 5), seconds=30)
    assert [amount for _, amount in await listener.applied()] == list(range(1, 6))


async def test_what_another_holder_asks_more_time_for_is_waited_for(
    listener, lanes_of, made_lanes, publisher, topology
) -> None:
    """A holder that is not quite dead keeps a part of what it was given: what is newer must not overtake it."""
    await made_lanes(listener)  # streams as new
    other = await connect(topology.url_for("ledger"), service="ledger", name="another holder")
    pull = await other.jetstream().pull_subscribe_bind("ledger", "T-64")
    bank = await connect(topology.url_for("pledges"), service="pledges", name="bank")
    await publish(bank, *(a_payment(amount_minor=number) for number in range(1, 21)))
    kept, dropped = await pull.fetch(10, timeout=5), await pull.fetch(10, timeout=5)
    assert (len(kept), len(dropped)) == (10, 10)

    async def ask_for_more_time() -> None:
        for _ in range(8):
            for message in kept:
                await message.in_progress()
            await asyncio.sleep(1)

    asking = asyncio.create_task(ask_for_more_time())
    await lanes_of(listener)
    await eventually(has_applied(listener, 20), seconds=40)
    assert [amount for _, amount in await listener.applied()] == list(range(1, 21))
    await asking
    await other.close()
    await bank.close()


async def test_a_batch_that_was_left_is_not_covered_by_the_next_acknowledgement(
    listener, lanes_of, publisher, monkeypatch
) -> None:
    """Whatever made a lane leave what it was given: it comes again before what follows."""
    lanes = await lanes_of(listener)
    [lane] = [lane for lane, _ in lanes._lanes.values() if lane.territory == "64"]
    consume, left = lane._consume_some, asyncio.Event()

    async def leave_the_first(messages, *, epoch):  # as an error that nobody thought of would
        if not left.is_set():
            left.set()
            raise RuntimeError
        return await consume(messages, epoch=epoch)

    monkeypatch.setattr(lane, "_consume_some", leave_the_first)
    await record(publisher, a_payment(amount_minor=1))
    await left.wait()
    await record(publisher, a_payment(amount_minor=2))
    await eventually(has_applied(listener, 2), seconds=30)
    assert [amount for _, amount in await listener.applied()] == [1, 2]
