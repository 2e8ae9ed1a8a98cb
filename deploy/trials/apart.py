"""A part of a trial in a process of its own, so that it takes no time from what is measured beside it.

It reads orders from its standard input and answers each on its standard output, one JSON object a line. It ends
when the trial does, however the trial ends: its input ends then.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from deploy.local.errors import PlatformError
from deploy.trials.stage import CHECKOUT

STOP_SECONDS = 2
LONGEST_ANSWER_BYTES = 64 * 1024 * 1024
"""A latency for each of a million requests or events."""


class PartFailed(PlatformError):
    """« La partie … de la mesure s’est arrêtée … »"""

    def __init__(self, module: str) -> None:
        super().__init__(
            f"La partie « {module} » de la mesure s’est arrêtée : son erreur est écrite ci-dessus."
        )


class Apart:
    """The process as the trial sees it."""

    def __init__(self, module: str, process: asyncio.subprocess.Process) -> None:
        self._module = module
        self._process = process

    async def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order and wait for its answer. Raises PartFailed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(ConnectionError):
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise PartFailed(self._module)
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def apart(module: str, *, environment: Mapping[str, str]) -> AsyncIterator[Apart]:
    """A module of ours that runs `obey`, for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_ANSWER_BYTES,
        env={**os.environ, **environment},
        cwd=CHECKOUT,
        start_new_session=True,  # a Ctrl-C of the terminal is the trial's to handle
    )
    try:
        yield Apart(module, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def obey(carry_out: Callable[..., Awaitable[dict[str, Any]]]) -> None:
    """The process's own side: carry out each order (its values are keyword arguments) until there are no more."""
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            answer = runner.run(_carried_out(carry_out, json.loads(line)))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


async def _carried_out(
    carry_out: Callable[..., Awaitable[dict[str, Any]]], order: dict[str, Any]
) -> dict[str, Any]:
    return await carry_out(**order)
