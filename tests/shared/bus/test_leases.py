"""Leases: lanes are shared out evenly, taken over from the dead within seconds, given back at once by who stops."""

import asyncio

import pytest

from shared.bus import leases as module
from shared.bus.leases import Leases, fair_share
from shared.database import Database

LANES = [f"lane:{number:02}" for number in range(1, 11)]


class Replica:
    """A replica that is beaten by hand, and remembers what it was told."""

    def __init__(self, database: Database, resources: list[str] = LANES) -> None:
        self.serves: dict[str, int] = {}
        self.stopping = asyncio.Event()
        self.stopping.set()
        self.leases = Leases(
            database=database, resources=resources, on_gained=self._gained, on_lost=self._lost
        )

    async def _gained(self, resource: str, epoch: int) -> None:
        self.serves[resource] = epoch

    async def _lost(self, resource: str) -> None:
        await self.stopping.wait()
        del self.serves[resource]


async def beat(*replicas: Replica, times: int = 3) -> None:
    for _ in range(times):
        for replica in replicas:
            await replica.leases.beat()
            await asyncio.sleep(0.02)


async def test_one_replica_serves_everything(outbox) -> None:
    """From its first beat."""
    alone = Replica(outbox)
    await beat(alone, times=1)
    assert sorted(alone.serves) == LANES


async def test_two_replicas_share_evenly(outbox) -> None:
    """The first gives back, the second takes; no lane has two."""
    one, two = Replica(outbox), Replica(outbox)
    await beat(one)
    await beat(one, two)
    assert len(one.serves) == len(two.serves) == 5
    assert sorted([*one.serves, *two.serves]) == LANES


async def test_each_change_of_hands_has_a_higher_epoch(outbox) -> None:
    """It fences what the last holder still does."""
    one, two = Replica(outbox), Replica(outbox)
    await beat(one)
    await beat(one, two)
    assert set(one.serves.values()) == {1}
    assert set(two.serves.values()) == {2}


async def test_a_dead_replica_is_taken_over(outbox, monkeypatch) -> None:
    """As soon as it has missed its beats, not before."""
    monkeypatch.setattr(module, "DEAD_AFTER_SECONDS", 0.6)
    dead, living = Replica(outbox), Replica(outbox)
    await beat(dead, living)
    await beat(living, times=1)
    assert len(living.serves) == 5
    await asyncio.sleep(0.7)
    await beat(living, times=1)
    assert sorted(living.serves) == LANES


async def test_who_was_taken_over_stops_serving_when_it_wakes(outbox, monkeypatch) -> None:
    """And then has its share again."""
    monkeypatch.setattr(module, "DEAD_AFTER_SECONDS", 0.6)
    slow, other = Replica(outbox), Replica(outbox)
    await beat(slow)
    await asyncio.sleep(0.7)
    await beat(other)
    assert sorted(other.serves) == LANES
    await beat(slow, other)
    assert len(slow.serves) == len(other.serves) == 5
    assert min(slow.serves.values()) == 3


async def test_a_replica_that_stops_gives_back_at_once(outbox) -> None:
    """The other has everything at its next beat."""
    one, two = Replica(outbox), Replica(outbox)
    await beat(one, two)
    await one.leases.release()
    assert one.serves == {}
    await beat(two, times=1)
    assert sorted(two.serves) == LANES


async def test_a_lane_that_is_slow_to_stop_delays_no_beat(outbox) -> None:
    """A hanging batch must not make its replica look dead; nor is its lane taken back meanwhile."""
    one, two = Replica(outbox), Replica(outbox)
    await beat(one)
    one.stopping.clear()
    async with asyncio.timeout(5):
        await beat(two, one, two, one)
    assert len(one.serves) == 10
    assert two.serves == {}
    one.stopping.set()
    await beat(one, two)
    assert sorted([*one.serves, *two.serves]) == LANES


async def test_a_lane_that_could_not_be_started_is_started_at_the_next_beat(outbox) -> None:
    """Holding a lane without serving it would stall it silently."""
    replica = Replica(outbox)
    told = replica.leases._on_gained

    async def refuse(resource: str, epoch: int) -> None:
        raise TimeoutError

    replica.leases._on_gained = refuse
    with pytest.raises(TimeoutError):
        await replica.leases.beat()
    replica.leases._on_gained = told
    await beat(replica, times=1)
    assert sorted(replica.serves) == LANES


async def test_replicas_with_lanes_of_their_own_leave_none_out(outbox) -> None:
    """MILLIARD_LANES gives a heavy territory replicas of its own; all others stay served."""
    general, own = Replica(outbox), Replica(outbox, LANES[:2])
    await beat(general)
    await beat(general, own)
    assert sorted([*general.serves, *own.serves]) == LANES
    assert len(own.serves) == 1


def test_the_shares_of_all_replicas_cover_all_lanes() -> None:
    """Each counts a lane as its part among those who may serve it."""
    assert fair_share(dict.fromkeys(LANES, 1)) == 10
    assert fair_share(dict.fromkeys(LANES, 3)) == 4
    assert fair_share({**dict.fromkeys(LANES[2:], 1), **dict.fromkeys(LANES[:2], 2)}) == 9
