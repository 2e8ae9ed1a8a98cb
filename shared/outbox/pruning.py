"""Forgets what is old enough: published messages of the outbox, and ids of the inbox, a few at a time.

The inbox is walked block by block instead of by an index on its times: one that is read once an hour would cost
every event a little, and a block range index would lose its order as freed space is filled again.
"""

import asyncio

import structlog

from shared.bus.topology import MAX_AGE_SECONDS
from shared.database import Database

log = structlog.get_logger(__name__)

PRUNE_SECONDS = 3600

KEEP_PUBLISHED_DAYS = 7
"""How far back a lost broker can be refilled; longer than any outage that nobody would have noticed."""

SEND_AGAIN_DAYS = 2 * KEEP_PUBLISHED_DAYS
"""How long after its first publication a message may still be sent again: sending again keeps it another week."""

KEEP_HEARD_DAYS = SEND_AGAIN_DAYS + MAX_AGE_SECONDS // 86_400 + 1
"""An id outlives every copy of its message: one sent again on the last day, kept by its stream, and a day more."""

ROWS_AT_ONCE = 5_000
BLOCKS_AT_ONCE = 1_000
"""8 MB of the inbox, some hundred thousand ids: read in a few milliseconds."""

BETWEEN_SECONDS = 0.1
"""Pruning is never in a hurry, and leaves disk and processor to the events."""

_OUTBOX = """
    with oldest as (
        select position, published_at, recorded_at from outbox_messages
        where position > :after order by position limit :at_once
    ),
    gone as (
        delete from outbox_messages where position in
            (select position from oldest where published_at < now() - make_interval(days => :days))
    )
    select max(position) from oldest having min(recorded_at) < now() - make_interval(days => :days)
"""
"""Along the primary key, which is nearly the order of time: it ends where nothing is old enough any more."""

_INBOX = """
    delete from inbox_messages
    where ctid >= cast(:start as tid) and ctid < cast(:stop as tid)
      and heard_at < now() - make_interval(days => :days)
"""


async def prune(database: Database) -> None:
    """Prune both; a database that is away is tried again at the next turn."""
    try:
        await prune_outbox(database)
        await prune_inbox(database)
    except Exception as error:
        log.warning("not_pruned", service=database.service, error=type(error).__name__)


async def prune_outbox(database: Database) -> None:
    """Delete what was published long enough ago. What still waits, or is sent again, stays."""
    after: int | None = 0
    while after is not None:
        async with database.begin() as work:
            found = await work.execute(_OUTBOX, after=after, at_once=ROWS_AT_ONCE, days=KEEP_PUBLISHED_DAYS)
            after = found.scalar()
        await asyncio.sleep(BETWEEN_SECONDS)


async def prune_inbox(database: Database) -> None:
    """Delete the ids of messages that cannot come again."""
    async with database.begin() as work:
        size = await work.execute(
            "select pg_relation_size('inbox_messages') / current_setting('block_size')::bigint"
        )
        blocks = int(size.scalar())
    for start in range(0, blocks, BLOCKS_AT_ONCE):
        async with database.begin() as work:
            await work.execute(
                _INBOX, start=(start, 0), stop=(start + BLOCKS_AT_ONCE, 0), days=KEEP_HEARD_DAYS
            )
        await asyncio.sleep(BETWEEN_SECONDS)
