"""Reminders that are due, each written once for ever; and pledges that nobody waits for any more.

Set-based: a chunk of due dates is one statement. A pledge that is locked (a bank file is being imported) is left out:
what has come for it counts the next time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from services.pledges.repository.due_chunks import Chunk
from services.pledges.repository.mandates import USABLE
from shared.database import Work

LATE_DAYS = 14
"""A reminder is sent this much after its day when the platform was stopped; later it would say nothing new."""

_POLICIES = """
    left join reminder_policies own on own.territory = p.territory
    join reminder_policies national on national.territory = '00'
"""
SHOWN_AFTER_DAYS = 7
"""A collection moves to the next business day, and its statement comes the day after: a week has holidays in it too.
One that no statement shows by then was rejected before it, or came in a sum without details: we ask again."""

_OPEN = f"""p.state not in ('paid', 'expired', 'cancelled') and p.released_minor = 0
            and not exists (select from mandates where mandates.pledge_id = p.pledge_id and {USABLE})
            and not exists (
                select from debit_collections c join debit_batches b using (batch_id)
                where c.pledge_id = p.pledge_id and c.state = 'sent' and b.collect_on >= :shown_since)"""  # noqa: S608 - a condition of the code
"""What is still waited for, and by no direct debit, to come or with the bank: its saver is told of that one."""

_KEPT = """
    cross join lateral (
        select cast(p.received_minor - p.returned_minor + coalesce(sum(amount_minor), 0) as bigint) as kept_minor
        from bank_lines where p.returned_minor > 0 and pledge_id = p.pledge_id
            and (fate = 'refunded' or (fate = 'returned' and return_reason is null))
            and (p.changed_at is null or booked_on >= cast(p.changed_at at time zone 'Europe/Paris' as date))
    ) as paid
"""
"""What need not come any more: what is kept, and what we gave back ourselves. Nobody is asked for that again, unless
they promised it anew. A return with a reason is the bank's, and is asked for."""

_SINCE = "cast(coalesce(p.changed_at, p.made_at) at time zone 'Europe/Paris' as date)"

_DUE = {
    "pledges": f"""
        select p.territory, p.pledge_id, p.person_id, p.fund, p.currency, p.reference, p.instrument,
            p.due_on, newest.day as days, p.amount_minor - p.lapsed_minor - kept_minor as amount_due_minor
        from pledges p {_POLICIES} {_KEPT}
        cross join lateral (
            select max(day) as day from unnest(coalesce(own.days, national.days)) as day
            where p.due_on + day <= :today
        ) as newest
        where p.due_on between :after_on and :until_on
            and (p.due_on, p.pledge_id) > (:after_on, :after_id) and (p.due_on, p.pledge_id) <= (:until_on, :until_id)
            and p.schedule = 'once' and {_OPEN}
            and p.amount_minor - p.lapsed_minor > kept_minor
            and p.due_on + newest.day > greatest(cast(:too_late as date), {_SINCE})
            and not exists (
                select from reminders r where r.territory = p.territory and r.pledge_id = p.pledge_id
                    and r.due_on = p.due_on and r.days >= newest.day)
        for no key update of p skip locked
    """,  # noqa: S608 - constants
    "instalments": f"""
        select p.territory, p.pledge_id, p.person_id, p.fund, p.currency, p.reference, p.instrument,
            i.due_on, newest.day as days,
            cast(so_far.amount_minor - kept_minor as bigint) as amount_due_minor
        from instalments i join pledges p on p.territory = i.territory and p.pledge_id = i.pledge_id {_POLICIES}
        {_KEPT}
        cross join lateral (
            select max(day) filter (where i.due_on + day <= :today) as day, min(day) as first_day
            from unnest(coalesce(own.days, national.days)) as day
        ) as newest
        cross join lateral (
            select sum(amount_minor) as amount_minor from instalments
            where territory = i.territory and pledge_id = i.pledge_id and number <= i.number
        ) as so_far
        where (i.due_on, i.pledge_id) > (:after_on, :after_id) and (i.due_on, i.pledge_id) <= (:until_on, :until_id)
            and {_OPEN}
            and so_far.amount_minor > kept_minor
            and i.due_on + newest.day > greatest(cast(:too_late as date), {_SINCE})
            and not exists (
                select from instalments later where later.territory = i.territory
                    and later.pledge_id = i.pledge_id and later.number = i.number + 1
                    and later.due_on + newest.first_day <= :today)
            and not exists (
                select from reminders r where r.territory = i.territory and r.pledge_id = i.pledge_id
                    and r.due_on = i.due_on and r.days >= newest.day)
        for no key update of p skip locked
    """,  # noqa: S608 - constants
}


async def days_of_all_policies(work: Work) -> tuple[int, int] | None:
    """The first and the last day on which any territory reminds; None when none does."""
    found = await work.execute("select min(day), max(day) from reminder_policies, unnest(days) as day")
    least, most = found.one()
    return None if least is None else (least, most)


async def add_due_reminders(
    work: Work,
    table: Literal["pledges", "instalments"],
    chunk: Chunk,
    *,
    today: date,
    creditor_id: str | None,
) -> Sequence[Any]:
    """Write the reminders that are due in a chunk and were not written before; returns these, with their pledges.

    `creditor_id`: whose mandates may be collected, None when nobody may.
    """
    found = await work.execute(
        f"""
        with due as ({_DUE[table]}), told as (
            insert into reminders (territory, pledge_id, due_on, days, amount_due_minor, reminded_at)
            select territory, pledge_id, due_on, days, amount_due_minor, :now from due
            on conflict do nothing returning territory, pledge_id, due_on, days
        )
        select due.* from due join told using (territory, pledge_id, due_on, days) order by due.pledge_id
        """,  # noqa: S608 - constants
        today=today,
        too_late=today - timedelta(days=LATE_DAYS),
        now=work.now,
        **_of_debits(today, creditor_id),
        **_bounds(chunk),
    )
    rows: Sequence[Any] = found.mappings().all()
    return rows


async def expiry_days_of_all_policies(work: Work) -> tuple[int, int]:
    """The shortest and the longest time after which pledges expire anywhere."""
    found = await work.execute("select min(expiry_days), max(expiry_days) from reminder_policies")
    least, most = found.one()
    return least, most


async def expire_overdue(work: Work, chunk: Chunk, *, today: date, creditor_id: str | None) -> Sequence[Any]:
    """Let the pledges of a chunk expire whose time is over, if no money came or went in it; returns these."""
    found = await work.execute(
        f"""
        with overdue as (
            select p.pledge_id from pledges p {_POLICIES}
            cross join lateral (
                select cast(:today as date) - coalesce(own.expiry_days, national.expiry_days) as day
            ) as since
            where p.due_on between :after_on and :until_on
                and (p.due_on, p.pledge_id) > (:after_on, :after_id)
                and (p.due_on, p.pledge_id) <= (:until_on, :until_id)
                and {_OPEN} and p.amount_minor - p.lapsed_minor > p.received_minor - p.returned_minor
                and greatest(p.due_on, {_SINCE}) <= since.day
                and not exists (
                    select from bank_lines l where l.pledge_id = p.pledge_id and l.booked_on > since.day)
                and not exists (
                    select from allocations a where a.pledge_id = p.pledge_id and a.undone_at is null
                        and cast(a.made_at at time zone 'Europe/Paris' as date) > since.day)
            order by p.pledge_id for no key update of p skip locked
        )
        update pledges
        set state = 'expired', released_minor = amount_minor - lapsed_minor - received_minor + returned_minor,
            released_as = 'expired', released_at = :now
        from overdue where pledges.pledge_id = overdue.pledge_id
        returning pledges.territory, pledges.pledge_id, person_id, fund, currency, reference,
            instrument, released_minor
        """,  # noqa: S608 - constants
        today=today,
        now=work.now,
        **_of_debits(today, creditor_id),
        **_bounds(chunk),
    )
    rows: Sequence[Any] = found.mappings().all()
    return rows


def _of_debits(today: date, creditor_id: str | None) -> dict[str, Any]:
    return {
        "creditor_id": creditor_id,
        "on": today,
        "shown_since": today - timedelta(days=SHOWN_AFTER_DAYS),
    }


def _bounds(chunk: Chunk) -> dict[str, Any]:
    return {
        "after_on": chunk.after.due_on,
        "after_id": chunk.after.pledge_id,
        "until_on": chunk.until.due_on,
        "until_id": chunk.until.pledge_id,
    }
