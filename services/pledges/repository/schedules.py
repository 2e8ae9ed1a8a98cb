"""Schedules of pledges that are locked or new, and what a change or the end of a condition makes of a pledge."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.pledge import Pledge, Release
from services.pledges.domain.schedule import Kind, Schedule
from shared.database import Work


async def add_instalments(work: Work, pledge: Pledge, schedule: Schedule) -> None:
    """The instalments of a pledge that has none yet; one that is paid once keeps its date in its own row."""
    if schedule.kind is Kind.ONCE:
        return
    await work.execute(
        """
        insert into instalments (territory, pledge_id, number, due_on, amount_minor)
        select :territory, :pledge_id, * from unnest(
            cast(:numbers as integer[]), cast(:due_dates as date[]), cast(:amounts as bigint[]))
        """,
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        numbers=[instalment.number for instalment in schedule.instalments],
        due_dates=[instalment.due_on for instalment in schedule.instalments],
        amounts=[instalment.amount_minor for instalment in schedule.instalments],
    )


async def save_change(work: Work, pledge: Pledge, schedule: Schedule) -> None:
    """Write the new amount, state and schedule of a pledge that is locked; it is promised whole again."""
    await work.execute(
        """
        update pledges
        set amount_minor = :amount_minor, state = :state, schedule = :schedule, due_on = :due_on,
            released_minor = 0, released_as = null, released_at = null, changed_at = :now
        where pledge_id = :pledge_id
        """,
        amount_minor=pledge.amount_minor,
        state=pledge.state,
        schedule=schedule.kind,
        due_on=schedule.last_due_on,
        now=work.now,
        pledge_id=pledge.pledge_id,
    )
    await work.execute(
        "delete from instalments where territory = :territory and pledge_id = :pledge_id",
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
    )
    await add_instalments(work, pledge, schedule)


class Released(NamedTuple):
    """As what a pledge was released, and how much of it is promised no longer."""

    release: Release
    released_minor: int


async def released_of(work: Work, pledge_id: UUID) -> Released | None:
    """None for a pledge that is promised whole."""
    found = await work.execute(
        "select released_as, released_minor from pledges where pledge_id = :id and released_as is not null",
        id=pledge_id,
    )
    row = found.one_or_none()
    return Released(Release(row.released_as), row.released_minor) if row else None


async def save_released_more(work: Work, pledge_id: UUID, *, released_minor: int) -> None:
    """Write how much, in all, of a locked pledge that was released before is promised no longer."""
    await work.execute(
        "update pledges set released_minor = :released_minor where pledge_id = :id",
        released_minor=released_minor,
        id=pledge_id,
    )


async def save_release(work: Work, pledge: Pledge, *, released_minor: int) -> None:
    """Write the state of a locked pledge, which is cancelled: `released_minor` of it is promised no longer."""
    await work.execute(
        """
        update pledges
        set state = :state, released_minor = :released_minor, released_as = 'cancelled', released_at = :now,
            changed_at = :now
        where pledge_id = :pledge_id
        """,
        state=pledge.state,
        released_minor=released_minor,
        now=work.now,
        pledge_id=pledge.pledge_id,
    )


async def save_ends(work: Work, lapsed: Mapping[UUID, int], *, due_on: date) -> None:
    """The conditions of these pledges are over: so much of each lapsed, what was triggered is due by a day."""
    if not lapsed:
        return
    await work.execute(
        """
        update pledges p
        set lapsed_minor = ended.lapsed_minor, changed_at = :now,
            due_on = case when p.amount_minor > ended.lapsed_minor then cast(:due_on as date) end
        from unnest(cast(:ids as uuid[]), cast(:lapsed as bigint[])) as ended (pledge_id, lapsed_minor)
        where p.pledge_id = ended.pledge_id
        """,
        ids=list(lapsed),
        lapsed=list(lapsed.values()),
        due_on=due_on,
        now=work.now,
    )


async def lapse_more(work: Work, amounts: Mapping[UUID, int]) -> dict[UUID, int]:
    """So much more of each pledge lapsed, what had been released first; returns that part of each."""
    if not amounts:
        return {}
    locked = await work.execute(  # a round of expiry must not release it meanwhile
        "select pledge_id, released_minor from pledges where pledge_id = any(cast(:ids as uuid[]))"
        " order by pledge_id for update",
        ids=list(amounts),
    )
    released = {row.pledge_id: min(row.released_minor, amounts[row.pledge_id]) for row in locked}
    await work.execute(
        """
        update pledges p
        set lapsed_minor = p.lapsed_minor + more.amount_minor, released_minor = p.released_minor - more.released_minor
        from unnest(cast(:ids as uuid[]), cast(:amounts as bigint[]), cast(:released as bigint[]))
            as more (pledge_id, amount_minor, released_minor)
        where p.pledge_id = more.pledge_id
        """,
        ids=list(released),
        amounts=[amounts[pledge_id] for pledge_id in released],
        released=list(released.values()),
    )
    return released
