"""Faults of one lane stay in it, faults of what all stand on park nothing: on a real broker and database."""

import asyncio

import asyncpg
import pytest

from shared.bus import Unavailable
from shared.bus.connection import connect, leave
from shared.testing import eventually
from tests.shared.bus.serving import amounts, has_applied, publish, publish_raw, record
from tests.shared.listening import Listener, a_payment, forged, message

OUTAGE_SECONDS = 4


async def changes(listener: Listener) -> list[str]:
    return [
        row.change
        for row in await listener.read(
            "select change from lane_changes where territory = '64' and change not in ('gained', 'lost')"
            " order by position"
        )
    ]


async def test_locked_rows_of_a_territory_hold_up_its_lane_alone(
    listener, leased, publisher, cluster, monkeypatch
) -> None:
    """Whoever locks them: the lane meets its deadline and tries again, its neighbour goes on, nothing is parked."""
    monkeypatch.setattr("shared.inbox.breaker.FIRST_REST_SECONDS", 0.2)

    async def lock_own_row(work, heard) -> None:
        await work.execute(
            "select 1 from leases where resource = :row for update", row=f"row of {heard.event.territory}"
        )

    for territory in ("64", "75"):
        await listener.read(
            "insert into leases (resource) values (:row) returning 1", row=f"row of {territory}"
        )
    listener.obstacles.append(lock_own_row)
    await leased(listener, deadline_seconds=0.5)
    async with listener.database.begin() as work:
        await work.execute("select 1 from leases where resource = 'row of 64' for update")
        await record(publisher, *(a_payment(amount_minor=number) for number in range(1, 4)))
        for number in range(101, 121):
            await record(publisher, a_payment(amount_minor=number, territory="75"))
            await asyncio.sleep(0.05)
        await eventually(has_applied(listener, 20), seconds=2)
    await eventually(has_applied(listener, 23), seconds=5)
    assert await amounts(listener) == [*range(101, 121), 1, 2, 3]
    assert await listener.parked() == []


async def test_a_breaker_opens_probes_and_closes_by_itself_and_tells_each_step(
    listener, leased, publisher, monkeypatch
) -> None:
    """With the reason, in the history of its lane."""
    monkeypatch.setattr("shared.inbox.breaker.FIRST_REST_SECONDS", 0.05)
    failures = iter(range(4))

    async def away(work, heard) -> None:
        if next(failures, None) is not None:
            raise Unavailable("the mail server is away")

    listener.obstacles.append(away)
    await leased(listener)
    await record(publisher, a_payment())
    await eventually(has_applied(listener, 1))

    async def is_told() -> bool:
        return await changes(listener) == ["breaker_opened", "probe_failed", "breaker_closed"]

    await eventually(is_told)
    reasons = await listener.read(
        "select reason from lane_changes where change like 'breaker%' order by position"
    )
    assert [row.reason for row in reasons] == [
        "Unavailable: the mail server is away",
        "applied after 4 failures",
    ]
    assert await listener.parked() == []


async def test_a_database_that_is_away_parks_nothing_and_is_told_afterwards(
    listener, leased, publisher, cluster, monkeypatch
) -> None:
    """The breaker opens without a place to say so, and says it once the database is back."""
    monkeypatch.setattr("shared.inbox.breaker.FIRST_REST_SECONDS", 0.2)
    await leased(listener)
    await record(publisher, a_payment(amount_minor=1))
    await eventually(has_applied(listener, 1))
    admin = await asyncpg.connect(cluster.admin_url)
    database = listener.database.engine.url.database
    await admin.execute(f"alter database {database} allow_connections false")
    try:
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", database
        )
        await record(publisher, *(a_payment(amount_minor=number) for number in range(2, 11)))
        await asyncio.sleep(OUTAGE_SECONDS)
    finally:
        await admin.execute(f"alter database {database} allow_connections true")
        await admin.close()
    await eventually(has_applied(listener, 10), seconds=30)
    assert await amounts(listener) == list(range(1, 11))
    assert await listener.parked() == []

    async def is_told() -> bool:
        return [told for told in await changes(listener) if told != "probe_failed"] == [
            "breaker_opened",
            "breaker_closed",
        ]

    await eventually(is_told)


async def test_a_broker_that_is_away_parks_nothing_and_costs_no_order(listener, own_broker, leased) -> None:
    """It dies under load and comes back: every event is applied once, as it was published."""
    await leased(listener, broker=own_broker)
    client = await connect(own_broker.url_for("pledges"), service="pledges", name="tests")
    load = asyncio.create_task(publish(client, *(a_payment(amount_minor=number) for number in range(1, 401))))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(own_broker.throw_away)
    await asyncio.sleep(1)
    await asyncio.to_thread(own_broker.start)
    await load
    await eventually(has_applied(listener, 400), seconds=40)
    assert await amounts(listener) == list(range(1, 401))
    assert await listener.parked() == []
    await leave(client)


GOOD = message(a_payment(amount_minor=7))
BAD = {
    "of an unknown type": forged(
        GOOD, headers={**GOOD.headers, "ce-type": "milliard.pledges.money_rained.v1"}
    ),
    "with a payload that does not fit": forged(GOOD, payload=b'{"territory": "64"}'),
    "of another territory": message(a_payment(territory="75")),
    "larger than any event": forged(GOOD, payload=b'{"territory": "' + b"6" * 900_000 + b'"}'),
    "that is not JSON": forged(GOOD, payload=b"\x00\xff<xml/>"),
    "without an envelope": forged(GOOD, headers={}),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_message_is_parked_at_once_and_holds_up_nothing(
    listener, leased, pledges_client, what: str
) -> None:
    """Nothing of it reaches a handler; what comes after it is applied."""
    await leased(listener)
    await publish_raw(pledges_client, forged(BAD[what], subject=GOOD.subject))
    await publish(pledges_client, a_payment(amount_minor=8))
    await eventually(has_applied(listener, 1), seconds=3)
    assert await amounts(listener) == [8]
    assert [status for status, _ in await listener.parked()] == ["invalid"]


async def test_lanes_are_left_while_their_broker_is_away(listener, own_broker, made_lanes) -> None:
    """A connection that is being made again cannot be drained; it is closed."""
    lanes = await made_lanes(listener, broker=own_broker)
    connection = await lanes.broker.connect()
    await asyncio.to_thread(own_broker.throw_away)

    async def is_noticed() -> bool:
        return bool(connection.is_reconnecting)

    await eventually(is_noticed)
    await lanes.close()
    assert connection.is_closed
