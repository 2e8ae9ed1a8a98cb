"""When to look what payments have triggered of funders' conditions: every few seconds, in every replica.

A look finds money whichever way it came: an import here or in another replica, an allocation by hand, one undone. Where
nobody ever promised under a condition it is one statement on an empty table; else it reads a few pages of indexes.
"""

import asyncio

from services.pledges.operations.look_at_conditions import look_at_conditions
from services.pledges.settings import Settings
from shared.database import Database

LOOK_SECONDS = 3.0
"""Sooner than a treasurer who has imported a statement opens a funder's page."""


async def watch_conditions(database: Database, settings: Settings) -> None:
    """Look until cancelled."""
    while True:
        await look_at_conditions(database, settings)
        await asyncio.sleep(LOOK_SECONDS)
