"""A process that posts without a bus: batches of facts of its own territories, straight into the books.

`ledger.py` starts it and gives it the orders: make so many batches, then post them.
"""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

from deploy.trials.apart import obey
from deploy.trials.facts import heard, payments
from services.ledger.operations.post import post_facts
from shared.database import Database
from shared.events import Heard

POOL_SIZE = 12
"""Connections, as a ledger process has them."""

AT_ONCE = 2
"""Batches at work at one time: two in each of two processes keep two cores and the database busy. With four, as a
process has them that waits for the bus as well, they wait for one another (measured: a seventh fewer)."""


class PostingAlone:
    """The batches that wait, and the database that they go to."""

    def __init__(self) -> None:
        self._database = Database(
            url=os.environ["MILLIARD_LEDGER_DATABASE_URL"], service="ledger", pool_size=POOL_SIZE
        )
        self._batches: list[list[Heard[Any]]] = []

    async def carry_out(
        self, *, make: int = 0, of: int = 0, territories: Sequence[str] = (), seed: int = 0
    ) -> dict[str, Any]:
        """Make batches (`make`, each `of` facts of one territory, in turn); without any to make, post them."""
        if make:
            self._batches = [
                [
                    heard(event)
                    for event in payments(of, territories=[territories[number % len(territories)]], seed=seed)
                ]
                for number in range(make)
            ]
            return {"made": make * of}
        places = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._post(batch, places) for batch in self._batches))
        return {"posted": sum(len(batch) for batch in self._batches)}

    async def _post(self, batch: Sequence[Heard[Any]], places: asyncio.Semaphore) -> None:
        async with places, self._database.begin() as work:
            await post_facts(work, batch)


if __name__ == "__main__":
    obey(PostingAlone().carry_out)
