"""Pauses and resumes lanes of one service, in its own database, where every replica finds it.

A pause is written on the lane's lease. It waits for the batch at work, which holds that row; once it is committed
every later batch finds it, and nothing of the lane is applied on any replica.
"""

from collections.abc import Iterable, Sequence

from shared.bus.history import Change, write_down
from shared.database import Work
from shared.web.errors import UserError


async def pause(work: Work, lanes: Sequence[str], *, because: str, by: str, is_drained: bool) -> list[str]:
    """Pause lanes; returns those that were not paused already. A lane that nobody has served yet may be paused."""
    resources = [f"lane:{lane}" for lane in lanes]
    await work.execute(
        "insert into leases (resource) select unnest(cast(:resources as text[])) on conflict do nothing",
        resources=resources,
    )
    paused = await work.execute(
        "with ready as (select resource from leases where resource = any(cast(:resources as text[]))"
        "  and paused_at is null order by resource for update)"
        " update leases set paused_at = clock_timestamp(), paused_because = :because"
        " from ready where leases.resource = ready.resource returning substr(leases.resource, 6)",
        resources=resources,
        because=because,
    )
    return await _written_down(
        work, paused.scalars(), Change.DRAINED if is_drained else Change.PAUSED, because, by
    )


async def resume(work: Work, lanes: Sequence[str], *, because: str, by: str) -> list[str]:
    """Let lanes go on; returns those that were paused. Their holders notice at their next beat."""
    resumed = await work.execute(
        "update leases set paused_at = null, paused_because = null"
        " where resource = any(cast(:resources as text[])) and paused_at is not null"
        " returning substr(resource, 6)",
        resources=[f"lane:{lane}" for lane in lanes],
    )
    return await _written_down(work, resumed.scalars(), Change.RESUMED, because, by)


async def refuse_while_paused(work: Work, lane: str) -> None:
    """Hold the lane for this transaction, or say that it is paused: a replay by hand is no way round a pause."""
    found = await work.execute(
        "select paused_because from leases where resource = :resource for update", resource=f"lane:{lane}"
    )
    if because := found.scalar():
        raise UserError(
            f"La file {lane} est en pause ({because}) : reprenez-la par « milliard lanes resume {lane} »,"
            " puis rejouez.",
            status=409,
            code="lane_paused",
        )


async def _written_down(
    work: Work, changed: Iterable[str], change: Change, because: str, by: str
) -> list[str]:
    lanes = sorted(changed)
    await write_down(work, territories=lanes, change=change, reason=because, by=by)
    return lanes
