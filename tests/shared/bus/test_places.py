"""Places at work: slow batches step aside, large ones give way, and nobody gets more than there is."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from shared.bus.places import PART, SMALL, Places

PATIENCE = 0.05


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.bus.places.PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr("shared.bus.places.GIVE_WAY_SECONDS", PATIENCE * 5)


async def _taken(
    stack: AsyncExitStack, places: Places, *, events: int = 1, within: float = PATIENCE / 2
) -> bool:
    """Whether a place was to be had at once; it is held until the stack ends."""
    try:
        async with asyncio.timeout(within):
            await stack.enter_async_context(places.one(events))
    except TimeoutError:
        return False
    return True


async def test_there_are_no_more_places_than_were_said() -> None:
    """Who comes later waits, however many are waiting."""
    places = Places(2, aside=0)
    async with AsyncExitStack() as stack:
        assert [await _taken(stack, places) for _ in range(3)] == [True, True, False]


async def test_a_slow_batch_makes_room_for_another() -> None:
    """It goes on, beside the places."""
    places = Places(1, aside=1)
    async with AsyncExitStack() as stack:
        assert await _taken(stack, places)
        assert await _taken(stack, places, within=PATIENCE * 3)


async def test_slow_batches_beyond_the_room_aside_keep_their_places() -> None:
    """What a process and its database can bear has an end."""
    places = Places(1, aside=1)
    async with AsyncExitStack() as stack:
        assert await _taken(stack, places)
        assert await _taken(stack, places, within=PATIENCE * 3)
        assert not await _taken(stack, places, within=PATIENCE * 3)


async def test_room_aside_that_becomes_free_goes_to_the_next_slow_one() -> None:
    """So that its place is free for others again."""
    places = Places(1, aside=1)
    async with AsyncExitStack() as first, AsyncExitStack() as others:
        assert await _taken(first, places)
        assert await _taken(others, places, within=PATIENCE * 3)
        await asyncio.sleep(PATIENCE * 2)
        await first.aclose()
        assert await _taken(others, places)


@pytest.mark.parametrize("leaving", [reversed, list])
async def test_all_places_are_free_again_when_everybody_has_left(leaving: Callable[..., object]) -> None:
    """In whichever order they leave: none is lost, none is gained."""
    places = Places(2, aside=2)
    stacks = [AsyncExitStack() for _ in range(4)]
    for stack in stacks:
        assert await _taken(stack, places, within=PATIENCE * 3)
    await asyncio.sleep(PATIENCE * 2)
    for stack in leaving(stacks):  # type: ignore[attr-defined]
        await stack.aclose()
    async with AsyncExitStack() as again:
        assert [await _taken(again, places, within=PATIENCE / 5) for _ in range(3)] == [True, True, False]


LARGE = SMALL + 1


async def test_a_large_batch_begins_when_no_small_one_is_at_work() -> None:
    """Though a place is free: the small one would wait for each of its steps."""
    places = Places(3, aside=0)
    async with AsyncExitStack() as small, AsyncExitStack() as large:
        assert await _taken(small, places)
        assert not await _taken(large, places, events=LARGE)
        await small.aclose()
        assert await _taken(large, places, events=LARGE)


async def test_a_large_batch_does_not_wait_for_a_slow_small_one() -> None:
    """A lane that hangs holds up nobody."""
    places = Places(3, aside=1)
    async with AsyncExitStack() as stack:
        assert await _taken(stack, places)
        assert await _taken(stack, places, events=LARGE, within=PATIENCE * 3)


async def test_a_large_batch_goes_on_however_many_small_ones_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives way for so long, not for ever."""
    monkeypatch.setattr("shared.bus.places.PATIENCE_SECONDS", 60)
    places = Places(3, aside=0)
    async with AsyncExitStack() as stack:
        assert await _taken(stack, places)
        assert await _taken(stack, places, events=LARGE, within=PATIENCE * 10)


async def test_large_batches_are_taken_in_parts_while_small_ones_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And whole again soon after the last of them."""
    monkeypatch.setattr("shared.bus.places.COMING_SECONDS", PATIENCE)
    places = Places(3, aside=0)

    async def taken_of(events: int) -> int:
        async with places.one(events) as taken:
            return taken

    assert await taken_of(5 * PART) == 5 * PART
    assert await taken_of(SMALL) == SMALL
    assert await taken_of(5 * PART) == PART
    await asyncio.sleep(PATIENCE * 2)
    assert await taken_of(5 * PART) == 5 * PART


async def test_a_large_batch_that_gave_way_in_vain_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones come without end: in parts, the flooded lane would be slower the more lanes there are."""
    monkeypatch.setattr("shared.bus.places.PATIENCE_SECONDS", 60)
    places = Places(3, aside=0)
    async with places.one(SMALL), places.one(5 * PART) as taken:
        assert taken == 5 * PART
