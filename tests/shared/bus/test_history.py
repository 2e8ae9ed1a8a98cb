"""The history of lanes is bounded: what is older than a quarter goes by itself."""

import asyncio
from datetime import UTC, datetime, timedelta

from shared.bus.history import ITSELF, KEEP_DAYS, Change, forget_old, write_down
from shared.testing import eventually


async def test_old_changes_are_forgotten_and_recent_ones_kept(listener) -> None:
    """By a task that every process runs, once an hour."""
    for days in (KEEP_DAYS + 1, KEEP_DAYS - 1):
        async with listener.database.begin() as work:
            at = datetime.now(UTC) - timedelta(days=days)
            await write_down(
                work, territories=["64"], change=Change.BREAKER_OPENED, reason=f"{days}", by=ITSELF, at=at
            )
    forgetting = asyncio.create_task(forget_old(listener.database))

    async def is_forgotten() -> bool:
        return [row.reason for row in await listener.read("select reason from lane_changes")] == [
            str(KEEP_DAYS - 1)
        ]

    await eventually(is_forgotten)
    forgetting.cancel()
    await asyncio.wait([forgetting])
