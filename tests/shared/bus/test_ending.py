"""Tasks are ended for certain."""

import asyncio

from shared.bus import ending
from shared.bus.ending import end


async def test_a_task_that_forgets_a_cancellation_is_cancelled_again(monkeypatch) -> None:
    """As `wait_for` of Python 3.11 does when the answer comes with it."""
    monkeypatch.setattr(ending, "AGAIN_SECONDS", 0.01)
    forgotten = 0

    async def forgetful() -> None:
        nonlocal forgotten
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if forgotten:
                    raise
                forgotten += 1

    task = asyncio.create_task(forgetful())
    await asyncio.sleep(0)
    await end(task)
    assert (task.cancelled(), forgotten) == (True, 1)


async def test_what_a_task_ends_with_is_not_raised() -> None:
    """Whoever ends a task wants it gone."""

    async def failing() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("while it was ended")

    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await end(task)
    assert task.done()
