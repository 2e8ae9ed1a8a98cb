"""Who is at work in a process: a few batches at once, of which the slow ones step aside.

A few batches keep a process and its database busy; more would only wait for one another. But one that waits for a
locked row, or hangs, keeps its place until its deadline: as many such lanes as there are places would stop all others.
So a batch that takes longer than any healthy one goes on beside the places, and another lane takes the one it had.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

PATIENCE_SECONDS = 1.0
"""Ten times what a full batch takes on a small machine."""


@dataclass(eq=False, slots=True)
class _Place:
    is_aside: bool = False


class Places:
    """`at_once` batches at work, and room for `aside` slow ones; when that is full too, the slow keep their places."""

    def __init__(self, at_once: int, *, aside: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room_aside = aside
        self._overdue: list[_Place] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A place for the time of a block; those who ask first get one first."""
        await self._free.acquire()
        place = _Place()
        patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._step_aside, place)
        try:
            yield
        finally:
            patience.cancel()
            self._leave(place)

    def _step_aside(self, place: _Place) -> None:
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
