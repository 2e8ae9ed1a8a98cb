"""Who is at work in a process: a few batches at once, of which the slow step aside and the large give way.

A few batches keep a process and its database busy; more would only wait for one another. But one that waits for a
locked row, or hangs, keeps its place until its deadline: as many such lanes as there are places would stop all others.
So a batch that takes longer than any healthy one goes on beside the places, and another lane takes the one it had.

And a lone event makes a handful of exchanges with the database, each of which may wait for the steps of a large batch:
beside a flooded lane it would take as long as that lane's batches. So while small batches come, large ones are taken
in parts and begin when no small one is at work. Measured with a flooded lane beside ten quiet ones on two cores: a
quiet event takes 15 ms instead of 24 (slowest hundredth 37 instead of 60), the flooded lane's pace is a quarter less
beside fifty small batches a second; with hundreds of them it takes a whole batch after each wait.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

PATIENCE_SECONDS = 1.0
"""Ten times what a full batch takes on a small machine."""

SMALL = 10
"""A batch of up to so many events is over in milliseconds."""

PART = 100
"""What a larger one takes at a time while small ones come: some ten milliseconds' work."""

COMING_SECONDS = 0.2
"""How long after a small batch another one is thought to come."""

GIVE_WAY_SECONDS = 0.1
"""A large batch waits no longer for small ones: a flooded lane goes on, however many others are at work."""


@dataclass(eq=False, slots=True)
class _Place:
    is_small: bool
    is_aside: bool = False


class Places:
    """`at_once` batches at work, and room for `aside` slow ones; when that is full too, the slow keep their places."""

    def __init__(self, at_once: int, *, aside: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room_aside = aside
        self._overdue: list[_Place] = []
        self._small = 0
        self._no_small = asyncio.Event()
        self._no_small.set()
        self._small_until = 0.0

    @asynccontextmanager
    async def one(self, events: int) -> AsyncIterator[int]:
        """A place for the time of a block and a batch of so many events; those who ask first get one first.

        Gives how many of them to take: a part of a large batch while small ones come.
        """
        place, taken = _Place(is_small=events <= SMALL), events
        if place.is_small:
            self._small += 1
            self._no_small.clear()
        elif await self._give_way():
            taken = min(events, PART)
        try:
            await self._free.acquire()
            patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._step_aside, place)
            try:
                yield taken
            finally:
                patience.cancel()
                self._leave(place)
        finally:
            self._is_over(place)

    async def _give_way(self) -> bool:
        """Wait until no small batch is at work. Returns whether more are thought to come soon.

        Where it has waited in vain there are so many that a part would be all that is done in that time: then not.
        """
        try:
            async with asyncio.timeout(GIVE_WAY_SECONDS):
                await self._no_small.wait()
        except TimeoutError:
            return False
        return asyncio.get_running_loop().time() < self._small_until

    def _is_over(self, place: _Place) -> None:
        """No large batch gives way to this one any more: it is done, or so slow that it would hold up all others."""
        if not place.is_small:
            return
        place.is_small = False
        self._small -= 1
        self._small_until = asyncio.get_running_loop().time() + COMING_SECONDS
        if not self._small:
            self._no_small.set()

    def _step_aside(self, place: _Place) -> None:
        self._is_over(place)
        if self._room_aside:
            self._room_aside -= 1
            place.is_aside = True
            self._free.release()
        else:
            self._overdue.append(place)

    def _leave(self, place: _Place) -> None:
        if place.is_aside:
            self._room_aside += 1
            if self._overdue:
                self._step_aside(self._overdue.pop(0))
            return
        if place in self._overdue:
            self._overdue.remove(place)
        self._free.release()
