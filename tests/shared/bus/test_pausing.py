"""Pauses on a real broker: a paused lane applies nothing on any replica, holds its events, and loses no order."""

import asyncio

from shared.bus import CauseMissing
from shared.bus.topology import ACK_WAIT_SECONDS
from shared.operations import pausing
from shared.testing import eventually
from tests.shared.bus.serving import amounts, has_applied, record
from tests.shared.listening import Listener, a_payment, a_return

FIRST_BEATS = 2.5


async def pause(listener: Listener, *lanes: str) -> None:
    async with listener.database.begin() as work:
        await pausing.pause(work, lanes, because="an audit", by="somebody", is_drained=False)


async def resume(listener: Listener, *lanes: str) -> None:
    async with listener.database.begin() as work:
        await pausing.resume(work, lanes, because="it is over", by="somebody")


async def test_a_paused_lane_holds_its_events_and_its_neighbour_goes_on(listener, leased, publisher) -> None:
    """And after it the lane goes on with what waited, in order, within a few beats."""
    await leased(listener)
    await record(publisher, a_payment(amount_minor=1))
    await eventually(has_applied(listener, 1))
    await pause(listener, "64")
    await record(publisher, *(a_payment(amount_minor=number) for number in range(2, 6)))
    await record(publisher, a_payment(amount_minor=99, territory="75"))
    await asyncio.sleep(FIRST_BEATS)
    assert await amounts(listener) == [1, 99]
    await resume(listener, "64")
    await eventually(has_applied(listener, 6), seconds=4)
    assert await amounts(listener) == [1, 99, 2, 3, 4, 5]


async def test_a_pause_under_load_loses_nothing_and_keeps_the_order(listener, leased, publisher) -> None:
    """Twice: what the lane had in hand at each pause comes before anything newer."""

    async def slowly(work, heard) -> None:
        await asyncio.sleep(0.01)

    listener.obstacles.append(slowly)
    await leased(listener)

    async def load() -> None:
        for start in range(1, 301, 10):
            await record(publisher, *(a_payment(amount_minor=number) for number in range(start, start + 10)))
            await asyncio.sleep(0.1)

    loading = asyncio.create_task(load())
    for _ in range(2):
        await asyncio.sleep(0.8)
        await pause(listener, "64")
        applied = await amounts(listener)
        await asyncio.sleep(0.7)
        assert await amounts(listener) == applied
        await resume(listener, "64")
    await loading
    await eventually(has_applied(listener, 300), seconds=40)
    assert await amounts(listener) == list(range(1, 301))
    assert await listener.parked() == []


async def test_a_pause_returns_when_the_batch_at_work_is_done(listener, leased, publisher) -> None:
    """From then on nothing of the lane is applied."""
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def wait(work, heard) -> None:
        entered.set()
        await go_on.wait()

    listener.obstacles.append(wait)
    await leased(listener)
    await record(publisher, a_payment())
    await entered.wait()
    pausing_it = asyncio.create_task(pause(listener, "64"))
    await asyncio.sleep(0.3)
    assert not pausing_it.done()
    go_on.set()
    await pausing_it
    assert len(await listener.applied()) == 1


async def test_a_long_pause_keeps_the_order_of_what_was_in_hand(listener, leased, publisher) -> None:
    """Past the broker's patience too: what it took back meanwhile is applied before anything newer, once."""
    await leased(listener)
    await record(publisher, a_payment(amount_minor=1))
    await eventually(has_applied(listener, 1))
    await pause(listener, "64")
    await record(publisher, *(a_payment(amount_minor=number) for number in range(2, 5)))
    await asyncio.sleep(ACK_WAIT_SECONDS + FIRST_BEATS)
    await record(publisher, *(a_payment(amount_minor=number) for number in range(5, 8)))
    await resume(listener, "64")
    await eventually(has_applied(listener, 7), seconds=4)
    assert await amounts(listener) == list(range(1, 8))


async def test_a_pause_that_nobody_noticed_stops_nothing_for_long(listener, leased, publisher) -> None:
    """Over before the next beat: the batch that met it is tried again."""
    await leased(listener)
    await record(publisher, a_payment(amount_minor=1))
    await eventually(has_applied(listener, 1))
    await pause(listener, "64")
    await record(publisher, a_payment(amount_minor=2))
    await asyncio.sleep(0.1)
    await resume(listener, "64")
    await record(publisher, a_payment(amount_minor=3))
    await eventually(has_applied(listener, 3), seconds=4)
    assert await amounts(listener) == [1, 2, 3]


async def test_a_paused_lane_that_changes_hands_loses_nothing(listener, leased, publisher) -> None:
    """What the first holder had in hand comes to the next one first."""
    await leased(listener)
    await record(publisher, a_payment(amount_minor=1))
    await eventually(has_applied(listener, 1))
    await pause(listener, "64")
    await record(publisher, *(a_payment(amount_minor=number) for number in range(2, 5)))
    await asyncio.sleep(FIRST_BEATS)
    await leased(listener)
    await asyncio.sleep(FIRST_BEATS)
    await record(publisher, *(a_payment(amount_minor=number) for number in range(5, 8)))
    await resume(listener, "64")
    await eventually(has_applied(listener, 7), seconds=12)
    assert await amounts(listener) == list(range(1, 8))


async def test_what_waits_for_its_cause_in_a_paused_lane_waits_for_its_end_too(
    listener, leased, publisher
) -> None:
    """Its cause comes during the pause; it is applied after it, by itself."""
    await leased(listener)
    payment = a_payment()
    await record(publisher, a_return(payment))

    async def waits() -> bool:
        return await listener.parked() == [("waiting", payment.key)]

    await eventually(waits)
    await pause(listener, "64")
    await asyncio.sleep(FIRST_BEATS)
    await listener.read(
        "insert into applied (event_id, key, amount_minor) values (:id, :key, 1) returning 1",
        id=payment.line_id, key=payment.key,
    )  # fmt: skip
    await asyncio.sleep(1.5)
    assert len(await listener.applied()) == 1
    await resume(listener, "64")
    await eventually(has_applied(listener, 2), seconds=4)


async def test_a_cause_that_comes_late_is_found_within_a_second(listener, leased, publisher) -> None:
    """However long its effect's next try is away: the batch that brings it wakes who waits in its lane."""

    async def needs_its_cause(work, heard) -> None:
        if heard.event.amount_minor == 2 and not await listener_has(listener, 1):
            raise CauseMissing("the first has not come")

    listener.obstacles.append(needs_its_cause)
    await leased(listener)
    await record(publisher, a_payment(amount_minor=2))

    async def waits() -> bool:
        return [status for status, _ in await listener.parked()] == ["waiting"]

    await eventually(waits)
    await asyncio.sleep(0.7)
    await listener.read("update parked_events set retry_at = now() + interval '30 s' returning 1")
    await asyncio.sleep(0.7)
    await record(publisher, a_payment(amount_minor=1))
    await eventually(has_applied(listener, 2), seconds=1.5)


async def listener_has(listener: Listener, amount: int) -> bool:
    return amount in await amounts(listener)


async def test_a_lane_that_nobody_has_served_yet_can_be_paused(listener, leased, publisher) -> None:
    """It is paused from its first beat on."""
    await listener.read("delete from leases returning 1")
    await pause(listener, "64")
    await leased(listener)
    await record(publisher, a_payment())
    await asyncio.sleep(FIRST_BEATS)
    assert await listener.applied() == []
    await resume(listener, "64")
    await eventually(has_applied(listener, 1), seconds=4)


async def test_a_pause_and_its_end_are_in_the_history(listener) -> None:
    """With the reason and who said so; a second pause changes nothing."""
    for _ in range(2):
        await pause(listener, "64")
        await resume(listener, "75")
    await resume(listener, "64")
    told = await listener.read(
        "select territory, change, reason, changed_by from lane_changes order by position"
    )
    assert [tuple(row) for row in told] == [
        ("64", "paused", "an audit", "somebody"),
        ("64", "resumed", "it is over", "somebody"),
    ]
