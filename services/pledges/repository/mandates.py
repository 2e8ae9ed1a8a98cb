"""Mandates: signed one by one, cancelled with what they announced."""

from datetime import date
from uuid import UUID

from services.pledges.domain.mandate import Mandate
from shared.database import Work

_ADD = f"""
    insert into mandates (state, {", ".join(Mandate._fields)})
    values ('active', {", ".join(f":{field}" for field in Mandate._fields)})
    on conflict do nothing
"""  # noqa: S608 - names of fields

USABLE = """
    mandates.state = 'active' and mandates.creditor_id = :creditor_id
    and coalesce(last_collected_on, cast(signed_at at time zone 'Europe/Paris' as date)) + interval '3 years' > :on
"""
"""Whether a mandate may be collected by a creditor on a day (`domain.mandate.lapses_on`). One that has lapsed, or of
another identifier, stays `active` until another one is signed in its place."""


async def count_mandates(work: Work, pledge_id: UUID) -> int:
    """How many mandates a pledge has had; its pledge is locked, so that nobody adds one meanwhile."""
    await work.execute("select 1 from pledges where pledge_id = :id for update", id=pledge_id)
    found = await work.execute("select count(*) from mandates where pledge_id = :id", id=pledge_id)
    return int(found.scalar())


async def add_mandate(work: Work, mandate: Mandate) -> bool:
    """Whether it was added; False when its pledge has an open one."""
    added = await work.execute(_ADD, **mandate._asdict())
    return bool(added.rowcount)


async def close_unusable_mandates(
    work: Work, pledge_id: UUID, *, creditor_id: str, on: date, reason: str
) -> list[UUID]:
    """Cancel the active mandate of a pledge that is locked if nothing can be collected under it; its id, in a list."""
    closed = await work.execute(
        f"""
        update mandates set state = 'cancelled', cancelled_at = :now, cancellation_reason = :reason
        where pledge_id = :id and state = 'active' and not ({USABLE}) returning mandate_id
        """,  # noqa: S608 - a condition of the code
        id=pledge_id,
        creditor_id=creditor_id,
        on=on,
        reason=reason,
        now=work.now,
    )
    return list(closed.scalars())


async def close_mandates_of(work: Work, pledge_id: UUID, *, reason: str) -> list[UUID]:
    """Cancel the open mandate of a pledge that is locked; its id, in a list that is empty when there is none."""
    closed = await work.execute(
        """
        update mandates set state = 'cancelled', cancelled_at = :now, cancellation_reason = :reason
        where pledge_id = :id and state in ('active', 'suspended') returning mandate_id
        """,
        id=pledge_id,
        reason=reason,
        now=work.now,
    )
    return list(closed.scalars())


async def close_mandate(
    work: Work, mandate_id: UUID, *, pledge_id: UUID | None, by: UUID | None, reason: str | None
) -> bool:
    """Cancel a mandate that is open, of this pledge where one is given; whether there was one."""
    closed = await work.execute(
        """
        update mandates set state = 'cancelled', cancelled_at = :now, cancelled_by = :by, cancellation_reason = :reason
        where mandate_id = :id and state in ('active', 'suspended')
          and (cast(:pledge_id as uuid) is null or pledge_id = :pledge_id)
        """,
        id=mandate_id,
        pledge_id=pledge_id,
        now=work.now,
        by=by,
        reason=reason,
    )
    return bool(closed.rowcount)
