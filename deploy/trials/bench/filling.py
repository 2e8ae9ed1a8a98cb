"""Fills a table by the million: its indexes are made again once it is full, which takes a third of the time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_INDEXES = """
    select 'alter table ' || conrelid::regclass || ' drop constraint ' || conname as dropped,
        'alter table ' || conrelid::regclass || ' add constraint ' || conname || ' '
            || pg_get_constraintdef(oid) as made
    from pg_constraint as own
    where conrelid = $1::text::regclass and contype in ('p', 'u')
        and not exists (select from pg_constraint where contype = 'f' and conindid = own.conindid)
    union all
    select 'drop index ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
    from pg_index where indrelid = $1::text::regclass
        and not exists (select from pg_constraint where conindid = indexrelid)
"""
"""How to drop each index of a table, and how to make it again; those that another table refers to stay."""


@asynccontextmanager
async def without_indexes(owner: asyncpg.Connection, table: str) -> AsyncIterator[None]:
    """The table has no indexes inside the block. An error leaves it without them: it is a trial's to throw away."""
    await owner.execute("set maintenance_work_mem = '256MB'")
    indexes = await owner.fetch(_INDEXES, table)
    for index in indexes:
        await owner.execute(index["dropped"])
    yield
    for index in indexes:
        await owner.execute(index["made"])
