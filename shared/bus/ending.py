"""Ends tasks for certain.

Python 3.11's `wait_for`, which nats-py uses, forgets a cancellation that comes together with the answer it waits for
(https://github.com/python/cpython/issues/86296): a task cancelled once may go on for ever.
"""

import asyncio
from typing import Any

AGAIN_SECONDS = 4.0
"""Time to clean up before a task is taken for one that has forgotten."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return when they are done, whatever they end with."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN_SECONDS)
