"""When to prove the books: soon after bank facts came, and now and then for those that came elsewhere."""

import asyncio
from contextlib import suppress

from services.ledger.operations.prove import prove_statements
from shared.database import Database

PROVE_SECONDS = 0.5
"""The page shows a proof this much after the statement's last line."""

PROVE_ANYWAY_SECONDS = 5.0
"""Another replica may have posted that line, or a line may be committed late: a look at an empty index costs little."""


class Proving:
    """The proofs of one process."""

    def __init__(self) -> None:
        self._came = asyncio.Event()

    def wake(self) -> None:
        """Bank facts are being posted here."""
        self._came.set()

    async def run(self, database: Database) -> None:
        """Prove until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(PROVE_ANYWAY_SECONDS):
                    await self._came.wait()
            self._came.clear()
            for _ in range(2):  # their transaction may end after the first look
                await asyncio.sleep(PROVE_SECONDS)
                async with database.begin() as work:
                    await prove_statements(work)
