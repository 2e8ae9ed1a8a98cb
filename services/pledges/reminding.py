"""When to remind and to let expire: once a day, looked for each hour. An edge, as a lane is: it begins and commits.

Everything that is due follows from dates, so a round that ended has nothing left to do on that day; one that was cut
short begins anew, and finds what it wrote already. Several processes may be at it: each leaves out the pledges that
another one has locked, and what that one wrote is not written twice.
"""

import asyncio
from datetime import date

from services.pledges.operations.remind import STEPS, Step
from services.pledges.settings import Settings
from shared.database import Database
from shared.values import day_of

LOOK_SECONDS = 3600
"""A day begins for everybody within the hour; a process that died in its round is replaced as soon."""


class Reminding:
    """The rounds of one process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._done_on: date | None = None

    async def run(self, database: Database) -> None:
        """Look for what is due until cancelled."""
        while True:
            today = day_of(database.now())
            if self._done_on != today:
                await self.round(database, today=today)
                self._done_on = today
            await asyncio.sleep(LOOK_SECONDS)

    async def round(self, database: Database, *, today: date) -> None:
        """Do all that is due on a day."""
        for step in STEPS:
            await self._walk(database, step, today)

    async def _walk(self, database: Database, step: Step, today: date) -> None:
        after, is_at_end = None, False
        while not is_at_end:
            async with database.begin() as work:
                after = await step(work, today, after, self._settings)
            is_at_end = after is None
