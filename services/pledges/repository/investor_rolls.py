"""Investors' rolls, written by the set: a statement or two for a roll of any length."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.investors import InvestorRoll
from services.pledges.domain.payer import PayerKind
from services.pledges.queries.movements import MOVEMENTS
from shared.database import Work

STATEMENT_TIMEOUT = "600s"
"""A million pledges take some seconds, and ten millions ten times as long; whoever draws a roll waits for it."""


class Drawn(NamedTuple):
    """A roll that was drawn before: its id, and when."""

    roll_id: UUID
    drawn_at: datetime


class Totals(NamedTuple):
    """How many persons a roll has, whatever the number of their territories, and how many of them are members."""

    person_count: int
    member_count: int


async def allow_time(work: Work) -> None:
    """Let each statement of this transaction take as long as a roll needs."""
    await work.execute("select set_config('statement_timeout', :timeout, true)", timeout=STATEMENT_TIMEOUT)


async def newest_roll_of(work: Work, as_of: date) -> Drawn | None:
    """The roll of a day that was drawn last."""
    found = await work.execute(
        "select roll_id, drawn_at from investor_rolls where as_of = :as_of order by drawn_at desc limit 1",
        as_of=as_of,
    )
    row = found.one_or_none()
    return Drawn._make(row) if row else None


async def add_entries(work: Work, roll_id: UUID, *, as_of: date) -> None:
    """Add every natural person of whose money something had come, and had not gone back, by the end of a day.

    In the order of their key: its index grows at its end, and is as small as it can be.
    """
    await work.execute(
        f"""
        insert into investor_roll_entries (roll_id, territory, person_id, is_member)
        select :roll_id, territory, person_id, bool_or(by_member)
        from ({MOVEMENTS}) as movement join pledges using (pledge_id)
        where booked_on <= :as_of and payer_kind = :natural_person
        group by territory, person_id
        having sum(moved_minor) > 0
        order by territory, person_id
        """,  # noqa: S608 - a constant of the code
        roll_id=roll_id,
        as_of=as_of,
        natural_person=PayerKind.NATURAL_PERSON.value,
    )


async def add_counts(work: Work, roll_id: UUID) -> Totals:
    """Count the entries of a roll: by territory, which is kept and not public yet, and in all."""
    await work.execute(
        """
        insert into investor_roll_counts (roll_id, territory, person_count, member_count, is_public)
        select roll_id, territory, count(*), count(*) filter (where is_member), false
        from investor_roll_entries where roll_id = :roll_id group by roll_id, territory
        """,
        roll_id=roll_id,
    )
    found = await work.execute(
        """
        select count(*), count(*) filter (where is_member) from (
            select person_id, bool_or(is_member) as is_member
            from investor_roll_entries where roll_id = :roll_id group by person_id
        ) as person
        """,
        roll_id=roll_id,
    )
    return Totals._make(found.one())


async def publish_counts(work: Work, roll_id: UUID, *, territories: Collection[str]) -> None:
    """Let everybody see the counts of these territories, for good."""
    await work.execute(
        """
        update investor_roll_counts set is_public = true
        where roll_id = :roll_id and territory = any(cast(:territories as text[]))
        """,
        roll_id=roll_id,
        territories=sorted(territories),
    )


async def add_changes(work: Work, roll_id: UUID, *, as_of: date, previous: Drawn) -> None:
    """Write down what a roll says otherwise than an earlier one of its day, and what was learned in between."""
    await work.execute(
        f"""
        insert into investor_roll_changes (roll_id, territory, person_id, change, cause)
        with old as (
            select territory, person_id from investor_roll_entries where roll_id = :previous_id
        ),
        new as (
            select territory, person_id from investor_roll_entries where roll_id = :roll_id
        ),
        changed as (
            select territory, person_id, 'added' as change from (table new except table old) as added
            union all
            select territory, person_id, 'removed' from (table old except table new) as removed
        ),
        learned as (
            select territory, person_id, case when moved_minor > 0 then 'added' else 'removed' end as change,
                bool_or(allocated_at is null) as is_imported
            from ({MOVEMENTS}) as movement join pledges using (pledge_id) join statements using (statement_id)
            where booked_on <= :as_of and coalesce(allocated_at, imported_at) > :since
            group by 1, 2, 3
        ),
        undone as (
            select distinct pledges.territory, person_id, 'removed' as change
            from allocations join bank_lines using (line_id)
                join pledges on pledges.pledge_id = allocations.pledge_id
            where undone_at > :since and booked_on <= :as_of
        )
        select :roll_id, territory, person_id, change, case
            when learned.is_imported then 'imported_since'
            when learned.territory is not null then 'allocated_since'
            when undone.territory is not null then 'undone_since'
            else 'unknown' end
        from changed
        left join learned using (territory, person_id, change)
        left join undone using (territory, person_id, change)
        """,  # noqa: S608 - a constant of the code
        roll_id=roll_id,
        previous_id=previous.roll_id,
        as_of=as_of,
        since=previous.drawn_at,
    )


async def add_roll(work: Work, roll: InvestorRoll) -> None:
    """Add a roll whose entries are in."""
    await work.execute(
        """
        insert into investor_rolls (roll_id, as_of, drawn_at, drawn_by, statements_until, person_count, member_count,
            content_hash, previous_roll_id, is_total_public)
        values (:roll_id, :as_of, :drawn_at, :drawn_by, :statements_until, :person_count, :member_count,
            :content_hash, :previous_roll_id, :is_total_public)
        """,
        **roll._asdict(),
    )
