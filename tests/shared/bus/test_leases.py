"""Leases: lanes are shared out evenly, taken over from the dead within seconds, given back at once by who stops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Set
from contextlib import AsyncExitStack

import pytest

from shared.bus import leases as module
from shared.bus.leases import Leases, fair_share
from shared.database import Database
from shared.operations import pausing

LANES = [f"lane:{number:02}" for number in range(1, 11)]


class Replica:
    """A replica that is beaten by hand, and remembers what it was told."""

    def __init__(self, database: Database, resources: list[str] = LANES) -> None:
        self.serves: dict[str, int] = {}
        self.paused: Set[str] = set()
        self.stopping = asyncio.Event()
        self.stopping.set()
        self.leases = Leases(
            database=database,
            resources=resources,
            on_gained=self._gained,
            on_lost=self._lost,
            on_pauses=self._paused,
        )

    def _paused(self, paused: Set[str]) -> None:
        self.paused = paused

    async def _gained(self, resource: str, epoch: int) -> None:
        self.serves[resource] = epoch

    async def _lost(self, resource: str) -> None:
        await self.stopping.wait()
        del self.serves[resource]


@pytest.fixture
async def replica(outbox) -> AsyncIterator[Callable[..., Replica]]:
    """`replica()`: one that may serve all lanes, `replica(LANES[:2])`: these."""
    made: list[Replica] = []

    def make(resources: list[str] = LANES) -> Replica:
        made.append(Replica(outbox, resources))
        return made[-1]

    yield make
    for one in made:
        await one.leases.release()


async def beat(*replicas: Replica, times: int = 3) -> None:
    for _ in range(times):
        for one in replicas:
            await one.leases.beat()
            await asyncio.sleep(0.02)


async def set_paused(database: Database, resource: str, is_paused: bool) -> None:
    lanes = [resource.removeprefix("lane:")]
    async with database.begin() as work:
        if is_paused:
            await pausing.pause(work, lanes, because="an audit", by="somebody", is_drained=False)
        else:
            await pausing.resume(work, lanes, because="", by="somebody")


async def test_one_replica_serves_everything(replica) -> None:
    """From its first beat."""
    alone = replica()
    await beat(alone, times=1)
    assert sorted(alone.serves) == LANES


async def test_two_replicas_share_evenly(replica) -> None:
    """The first gives back, the second takes; no lane has two."""
    one, two = replica(), replica()
    await beat(one)
    await beat(one, two)
    assert len(one.serves) == len(two.serves) == 5
    assert sorted([*one.serves, *two.serves]) == LANES


async def test_each_change_of_hands_has_a_higher_epoch(replica) -> None:
    """It fences what the last holder still does."""
    one, two = replica(), replica()
    await beat(one)
    await beat(one, two)
    assert set(one.serves.values()) == {1}
    assert set(two.serves.values()) == {2}


async def test_a_dead_replica_is_taken_over(replica, monkeypatch) -> None:
    """As soon as it has missed its beats, not before."""
    monkeypatch.setattr(module, "DEAD_AFTER_SECONDS", 0.6)
    dead, living = replica(), replica()
    await beat(dead, living)
    await beat(living, times=1)
    assert len(living.serves) == 5
    await asyncio.sleep(0.7)
    await beat(living, times=1)
    assert sorted(living.serves) == LANES


async def test_who_was_taken_over_stops_serving_when_it_wakes(replica, monkeypatch) -> None:
    """And then has its share again."""
    monkeypatch.setattr(module, "DEAD_AFTER_SECONDS", 0.6)
    slow, other = replica(), replica()
    await beat(slow)
    await asyncio.sleep(0.7)
    await beat(other)
    assert sorted(other.serves) == LANES
    await beat(slow, other)
    assert len(slow.serves) == len(other.serves) == 5
    assert min(slow.serves.values()) == 3


async def test_a_replica_that_stops_gives_back_at_once(replica) -> None:
    """The other has everything at its next beat."""
    one, two = replica(), replica()
    await beat(one, two)
    await one.leases.release()
    assert one.serves == {}
    await beat(two, times=1)
    assert sorted(two.serves) == LANES


async def test_a_lane_that_is_slow_to_stop_delays_no_beat(replica) -> None:
    """A hanging batch must not make its replica look dead; nor is its lane taken back meanwhile."""
    one, two = replica(), replica()
    await beat(one)
    one.stopping.clear()
    async with asyncio.timeout(5):
        await beat(two, one, two, one)
    assert len(one.serves) == 10
    assert two.serves == {}
    one.stopping.set()
    await beat(one, two)
    assert sorted([*one.serves, *two.serves]) == LANES


async def test_a_lane_that_could_not_be_started_is_started_at_the_next_beat(replica) -> None:
    """Holding a lane without serving it would stall it silently."""
    starting = replica()
    told = starting.leases._on_gained

    async def refuse(resource: str, epoch: int) -> None:
        raise TimeoutError

    starting.leases._on_gained = refuse
    with pytest.raises(TimeoutError):
        await starting.leases.beat()
    starting.leases._on_gained = told
    await beat(starting, times=1)
    assert sorted(starting.serves) == LANES


async def test_replicas_with_lanes_of_their_own_leave_none_out(replica) -> None:
    """MILLIARD_LANES gives a heavy territory replicas of its own; all others stay served."""
    general, own = replica(), replica(LANES[:2])
    await beat(general)
    await beat(general, own)
    assert sorted([*general.serves, *own.serves]) == LANES
    assert len(own.serves) == 1


def test_the_shares_of_all_replicas_cover_all_lanes() -> None:
    """Each counts a lane as its part among those who may serve it."""
    assert fair_share(dict.fromkeys(LANES, 1)) == 10
    assert fair_share(dict.fromkeys(LANES, 3)) == 4
    assert fair_share({**dict.fromkeys(LANES[2:], 1), **dict.fromkeys(LANES[:2], 2)}) == 9


async def test_a_flood_of_requests_costs_no_lease(replica, outbox) -> None:
    """Beats have a connection of their own: the pool of requests may be empty for as long as it likes."""
    one = replica()
    await beat(one, times=1)
    async with AsyncExitStack() as flood:
        for _ in range(4):
            work = await flood.enter_async_context(outbox.begin())
            await work.execute("select 1")
        async with asyncio.timeout(2):
            await beat(one)
    assert sorted(one.serves) == LANES


async def test_a_paused_lane_keeps_its_holder_and_counts_in_its_share(replica, outbox) -> None:
    """Its holder is told at the next beat, of the pause and of its end."""
    one, two = replica(), replica()
    await beat(one, two)
    paused = min(one.serves)
    await set_paused(outbox, paused, True)
    await beat(one, two)
    assert (one.paused, two.paused) == ({paused}, set())
    assert len(one.serves) == len(two.serves) == 5
    await set_paused(outbox, paused, False)
    await beat(one, two)
    assert one.paused == set()
    assert paused in one.serves


async def test_a_paused_lane_of_a_dead_replica_is_taken_over_and_stays_paused(
    replica, outbox, monkeypatch
) -> None:
    """The pause is the lane's, not its holder's."""
    monkeypatch.setattr(module, "DEAD_AFTER_SECONDS", 0.6)
    dead, living = replica(), replica()
    await beat(dead)
    await set_paused(outbox, LANES[0], True)
    await asyncio.sleep(0.7)
    await beat(living, times=1)
    assert sorted(living.serves) == LANES
    assert living.paused == {LANES[0]}


async def test_each_change_of_hands_is_in_the_history(replica, outbox, monkeypatch) -> None:
    """Who lost it and who gained it, with the epoch; a breaker that the dead one left open is closed."""
    monkeypatch.setattr(module, "DEAD_AFTER_SECONDS", 0.6)
    dead, living = replica(LANES[:1]), replica(LANES[:1])
    await beat(dead)
    async with outbox.begin() as work:
        await work.execute(
            "insert into lane_breakers (territory, state, reason, failures) values ('01', 'open', 'x', 3)"
        )
    await asyncio.sleep(0.7)
    await beat(living)
    async with outbox.begin() as work:
        told = await work.execute("select change, reason from lane_changes order by position")
        assert [tuple(row) for row in told] == [
            ("gained", "epoch 1"),
            ("lost", "epoch 1, no beat"),
            ("gained", "epoch 2"),
            ("breaker_closed", "a new holder"),
        ]
        assert (await work.execute("select state from lane_breakers")).scalar() == "closed"
