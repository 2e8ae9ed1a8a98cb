"""Parked events: replayed in the order of their key, tried again by themselves, or put aside for good."""

from datetime import UTC, datetime
from uuid import uuid4

from shared.events import catalog
from shared.inbox import parking
from tests.shared.listening import TERRITORY, a_payment, a_return, message


async def discard_first(listener) -> None:
    position = (await listener.read("select min(position) from parked_events"))[0][0]
    async with listener.database.begin() as work:
        await parking.discard(work, position=position, because="erreur de la banque", by="somebody")


async def due(listener) -> list[tuple[str, str]]:
    await listener.read(
        "update parked_events set retry_at = now() - interval '1 s' where retry_at is not null returning 1"
    )
    async with listener.database.begin() as work:
        waiting = await parking.what_waits(work, territories=[TERRITORY], at_most=100)
    return [(one.territory, one.key) for one in waiting if one.retry_at <= datetime.now(UTC)]


async def test_a_missing_cause_is_found_by_itself_when_it_comes(listener) -> None:
    """The event that waited applies, then what stood behind it; the order within the key is kept."""
    payment = a_payment()
    key, other = payment.key, uuid4()
    await listener.hear(message(a_return(payment)), message(a_payment(payment.pledge_id, 7)))
    assert await listener.parked() == [("waiting", key), ("behind", key)]
    await listener.replay(key, epoch=1)
    assert await listener.applied() == []
    await listener.hear(message(a_payment(other)))
    await listener.read(
        "insert into applied (event_id, key, amount_minor) values (:id, :key, 1) returning 1",
        id=other,
        key=key,
    )
    assert await due(listener) == [(TERRITORY, key)]
    assert await listener.replay(key, epoch=1) == (2, None)
    assert await listener.applied() == [(str(other), 1000), (key, 1), (key, 1000), (key, 7)]
    assert await due(listener) == []


async def test_a_waiting_event_is_tried_less_and_less_often(listener) -> None:
    """A cause that stays away costs no poll a second, and its history says when it was tried."""
    payment = a_payment()
    await listener.hear(message(a_return(payment)))
    for _ in range(4):
        await listener.replay(payment.key, epoch=1)
    [(attempts, history, pause)] = await listener.read(
        "select attempts, jsonb_array_length(history), extract(epoch from retry_at - now())::float8 from parked_events"
    )
    assert (attempts, history) == (5, 4)
    assert 3 < pause < 9


async def test_a_replay_after_a_fix_applies_in_the_order_of_the_key(listener) -> None:
    """All that was parked behind the failure follows it."""
    key = uuid4()

    async def broken(work, heard) -> None:
        raise ValueError("a rule with a fault")

    listener.obstacles.append(broken)
    await listener.hear(*(message(a_payment(key, amount)) for amount in (1, 2, 3)))
    assert await listener.replay(str(key)) == (0, "ValueError: a rule with a fault")
    listener.obstacles.clear()
    assert await listener.replay(str(key)) == (3, None)
    assert await listener.applied() == [(str(key), 1), (str(key), 2), (str(key), 3)]
    assert await listener.parked() == []


async def test_what_was_replayed_is_known_when_it_is_redelivered(listener) -> None:
    """The inbox remembers it from then on."""
    poison = message(a_payment(amount_minor=5))

    async def broken(work, heard) -> None:
        raise ValueError("a rule with a fault")

    listener.obstacles.append(broken)
    await listener.hear(poison)
    listener.obstacles.clear()
    await listener.replay(poison.headers["ce-subject"])
    assert (await listener.hear(poison)).repeated == 1
    assert len(await listener.applied()) == 1


async def test_an_event_of_a_later_release_applies_once_after_the_upgrade(listener, monkeypatch) -> None:
    """Parked as unknown, redelivered when it is known, replayed: once."""
    arrived = message(a_payment())
    with monkeypatch.context() as older:
        older.setattr("shared.inbox.decode.contract_of", lambda type_: None)
        await listener.hear(arrived)
    assert catalog.contract_of(arrived.headers["ce-type"]) is not None
    await listener.hear(arrived)
    assert await listener.replay(arrived.headers["ce-subject"]) == (2, None)
    assert len(await listener.applied()) == 1


async def test_a_discarded_event_is_kept_and_never_comes_back(listener) -> None:
    """With the reason and who said so; a redelivery is known."""
    poison = message(a_payment(amount_minor=666))
    invalid = message(a_payment(), **{"ce-type": "milliard.pledges.money_rained.v1"})
    for arrived in (poison, invalid):
        await listener.hear(arrived)
        await discard_first(listener)
        assert (await listener.hear(arrived)).repeated == 1
    assert await listener.parked() == []
    kept = await listener.read("select discarded_because, discarded_by from discarded_events")
    assert [tuple(row) for row in kept] == [("erreur de la banque", "somebody")] * 2


async def test_a_discard_frees_what_stood_behind(listener) -> None:
    """The lane applies it by itself; nobody has to remember it."""
    key = uuid4()
    await listener.hear(*(message(a_payment(key, amount)) for amount in (666, 2, 3)))
    await discard_first(listener)
    assert await due(listener) == [(TERRITORY, str(key))]
    assert await listener.replay(str(key), epoch=1) == (2, None)
    assert await listener.applied() == [(str(key), 2), (str(key), 3)]


async def test_a_long_key_is_replayed_in_parts_that_follow_by_themselves(listener, monkeypatch) -> None:
    """A replay locks its lane no longer than a batch does."""
    monkeypatch.setattr(parking, "REPLAY_AT_ONCE", 3)
    key = uuid4()

    async def broken(work, heard) -> None:
        raise ValueError("a rule with a fault")

    listener.obstacles.append(broken)
    await listener.hear(*(message(a_payment(key, amount)) for amount in range(1, 6)))
    listener.obstacles.clear()
    assert await listener.replay(str(key), epoch=1) == (3, None)
    assert await due(listener) == [(TERRITORY, str(key))]
    assert await listener.replay(str(key), epoch=1) == (2, None)
    assert [amount for _, amount in await listener.applied()] == [1, 2, 3, 4, 5]


async def test_a_replica_that_lost_the_lane_does_not_replay(listener) -> None:
    """Its successor will."""
    poison = message(a_payment(amount_minor=666))
    await listener.hear(poison)
    applied, stopped = await listener.replay(poison.headers["ce-subject"], epoch=7)
    assert (applied, stopped) == (0, "another replica serves the lane")
