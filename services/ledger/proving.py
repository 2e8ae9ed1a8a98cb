"""When to prove the books: soon after bank facts came, and now and then for those that came elsewhere; when to publish
a root: once a day."""

import asyncio
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.ledger.operations.prove import prove_statements
from services.ledger.operations.publish_root import publish_root
from shared.database import Database

PROVE_SECONDS = 0.5
"""The page shows a proof this much after the statement's last line."""

PROVE_ANYWAY_SECONDS = 5.0
"""Another replica may have posted that line, or a line may be committed late: a look at an empty index costs little."""

ROOT_SECONDS = 900
"""The root of a day is there a quarter of an hour after midnight (UTC); a process that died is replaced as soon."""


class Proving:
    """The proofs of one process."""

    def __init__(self, *, target_minor: int) -> None:
        """`target_minor` is the aim, of which hundredths are milestones."""
        self._target_minor = target_minor
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
                    await prove_statements(work, target_minor=self._target_minor)


async def publish_roots(database: Database, signer: Ed25519PrivateKey) -> None:
    """Publish each day's root until cancelled."""
    while True:
        async with database.begin() as work:
            await publish_root(work, signer=signer)
        await asyncio.sleep(ROOT_SECONDS)
