"""One look at funders' conditions: takes all payments that are new, chunk after chunk, then concludes what follows.

Each chunk is a transaction: where the task stands, what was triggered and its events are committed together, or nothing
is. An edge, as an import of files is: it begins and commits its own transactions.
"""

import structlog

from services.pledges.operations.conclude_conditions import conclude_conditions
from services.pledges.operations.take_payments import take_payments
from services.pledges.repository.matching import hold_matching
from services.pledges.settings import Settings
from shared.database import Database

log = structlog.get_logger(__name__)


async def look_at_conditions(database: Database, settings: Settings) -> None:
    """Take what there is; nothing when another replica is at it."""
    chunks = 0
    while await _step(database, settings):
        chunks += 1
    if chunks:
        log.info("conditions_looked_at", chunks=chunks)


async def _step(database: Database, settings: Settings) -> bool:
    """Whether there may be more to take."""
    async with database.begin() as work:
        progress = await hold_matching(work)
        if progress is None:
            return False
        if await take_payments(work, progress):
            return True
        await conclude_conditions(work, progress, settings=settings)
        return False
