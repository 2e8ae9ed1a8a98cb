"""Lanes whose batches do not end: a handler that hangs, a territory whose rows another session has locked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from deploy.trials.bench.ground import HANGING, LOCKED, Ground
from deploy.trials.lanes import until

OTHERS_SECONDS = 0.5
"""After the first lane hangs, the others do too, those that get so far."""

HELD_WITHIN_SECONDS = 20.0

# The handler's own statement waits for something that never comes, with its connection and its lane in hand. A
# lock of no row: nothing but the hanging lanes ever waits for it.
INSTALL = """
    create function hang_in_trial() returns trigger language plpgsql as $$
    begin
        perform pg_advisory_xact_lock_shared({key});
        return new;
    end $$;
    create trigger tr_journal_entries__hang_in_trial before insert on journal_entries
        for each row when (new.territory in ({codes})) execute function hang_in_trial();
"""
REMOVE = "drop function hang_in_trial cascade"
KEY = 20261122


@asynccontextmanager
async def hang(ground: Ground) -> AsyncIterator[dict[str, Any]]:
    """The handlers of some lanes never return: until the lane gives them up, then again."""
    codes = HANGING[: ground.hanging]
    session = await asyncpg.connect(ground.stage.cluster.owner_url("ledger"))
    await session.execute(INSTALL.format(key=KEY, codes=", ".join(f"'{code}'" for code in codes)))
    await session.execute("select pg_advisory_lock($1)", KEY)
    await ground.publish_one_each(*codes)
    readings = {"lanes": len(codes), "held": await _held(ground, "advisory")}
    yield readings
    await session.execute("select pg_advisory_unlock($1)", KEY)
    await ground.calm(*codes)
    await session.execute(REMOVE)
    await session.close()


@asynccontextmanager
async def lock(ground: Ground) -> AsyncIterator[dict[str, Any]]:
    """Another session locks a territory's books and does not let go."""
    async with locked(ground, LOCKED):
        await ground.publish_one_each(LOCKED)
        yield {"held": await _held(ground, "transactionid")}
    await ground.calm(LOCKED)


@asynccontextmanager
async def locked(ground: Ground, code: str) -> AsyncIterator[None]:
    """Nothing is posted in a territory as long as the block lasts."""
    session = await asyncpg.connect(ground.stage.cluster.app_url("ledger"))
    held = session.transaction()
    await held.start()
    await session.execute("select from chains where territory = $1 for update", code)
    yield
    await held.rollback()
    await session.close()


async def _held(ground: Ground, waits_for: str) -> int:
    """How many statements of the ledger wait for such a lock, once one does. Raises TimeoutError."""

    async def is_one_held() -> bool:
        return await _waiting(ground, waits_for) > 0

    await until(is_one_held, within_seconds=HELD_WITHIN_SECONDS)
    await asyncio.sleep(OTHERS_SECONDS)
    return await _waiting(ground, waits_for)


async def _waiting(ground: Ground, waits_for: str) -> int:
    return int(
        await ground.books.fetchval(
            "select count(*) from pg_stat_activity"
            " where application_name = 'milliard-ledger' and wait_event_type = 'Lock' and wait_event = $1",
            waits_for,
        )
    )
