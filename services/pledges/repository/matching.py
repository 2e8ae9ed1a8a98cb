"""How far payments were taken into account for match funding, what they triggered, and what went back of it.

One task at a time, over all replicas: whoever holds `MATCHING_LOCK`. Statements are read by `position`, which is given
under the lock of imports: a higher one is never committed before a lower one, so a cursor misses none. Allocations have
no such order, and are found by what is not in `matched_payments`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.match_funding import Payment, Share, reversed_minor
from services.pledges.domain.thresholds import Received, Scope
from shared.database import Work

MATCHING_LOCK = 0x6D61746368


class Progress(NamedTuple):
    """The last statement that was taken whole; of the next, the phase and the last line. `has_moved`: since thresholds
    were looked at."""

    position: int
    at_returns: bool
    entry_index: int
    detail_index: int
    has_moved: bool


class NextStatement(NamedTuple):
    """The statement to take into account."""

    statement_id: UUID
    position: int


class Credit(NamedTuple):
    """A received line. `is_conditional`: its pledge has a condition itself, and triggers nothing."""

    payment: Payment
    entry_index: int
    detail_index: int
    is_conditional: bool


class GivenBack(NamedTuple):
    """A line that gives back a payment, in whole or in part. `is_refund`: we gave it back, not the bank."""

    payment_id: UUID
    amount_minor: int
    entry_index: int
    detail_index: int
    is_refund: bool


class Reversal(NamedTuple):
    """What is taken back of a share by now, and how much more that is than before."""

    payment_id: UUID
    pledge_id: UUID
    reversed_minor: int
    more_minor: int


async def hold_matching(work: Work) -> Progress | None:
    """Where the task stands, held until the transaction ends; None: nobody ever had a condition, or another is at it.

    Two statements: what is read was committed by who held the lock before.
    """
    held = await work.execute(
        "select case when exists (select from conditions) then pg_try_advisory_xact_lock(:lock) end",
        lock=MATCHING_LOCK,
    )
    if not held.scalar():
        return None
    row = await work.execute(
        "select position, at_returns, entry_index, detail_index, has_moved from matching_progress"
    )
    return Progress._make(row.one())


async def save_progress(work: Work, progress: Progress) -> None:
    await work.execute(
        "update matching_progress set position = :position, at_returns = :at_returns, entry_index = :entry_index,"
        " detail_index = :detail_index, has_moved = :has_moved",
        **progress._asdict(),
    )


async def next_statement(work: Work, position: int) -> NextStatement | None:
    found = await work.execute(
        "select statement_id, position from statements where position > :position order by position limit 1",
        position=position,
    )
    row = found.one_or_none()
    return NextStatement._make(row) if row else None


async def credits_after(work: Work, statement_id: UUID, progress: Progress, *, limit: int) -> list[Credit]:
    """The next received lines of a statement."""
    rows = await work.execute(
        """
        select l.line_id, p.person_id, p.territory, p.fund, l.booked_on, l.amount_minor, l.entry_index,
            l.detail_index, c.pledge_id is not null as is_conditional
        from bank_lines l join pledges p using (pledge_id) left join conditions c using (pledge_id)
        where l.statement_id = :statement and l.fate = 'received'
            and (l.entry_index, l.detail_index) > (:entry_index, :detail_index)
        order by l.entry_index, l.detail_index limit :limit
        """,
        statement=statement_id,
        entry_index=progress.entry_index,
        detail_index=progress.detail_index,
        limit=limit,
    )
    return [Credit(Payment(*row[:6]), *row[6:]) for row in rows]


async def returns_after(work: Work, statement_id: UUID, progress: Progress, *, limit: int) -> list[GivenBack]:
    """The next lines of a statement that give payments back."""
    rows = await work.execute(
        """
        select received_line_id, amount_minor, entry_index, detail_index, fate = 'refunded' from bank_lines
        where statement_id = :statement and fate in ('returned', 'refunded')
            and (entry_index, detail_index) > (:entry_index, :detail_index)
        order by entry_index, detail_index limit :limit
        """,
        statement=statement_id,
        entry_index=progress.entry_index,
        detail_index=progress.detail_index,
        limit=limit,
    )
    return [GivenBack._make(row) for row in rows]


async def new_allocations(work: Work, *, made_since: datetime, limit: int) -> list[Credit]:
    """Allocations that stand and were not taken into account, the oldest first."""
    rows = await work.execute(
        """
        select a.allocation_id, p.person_id, p.territory, p.fund, l.booked_on, a.amount_minor, 0, 0,
            c.pledge_id is not null
        from allocations a join bank_lines l using (line_id)
            join pledges p on p.pledge_id = a.pledge_id left join conditions c on c.pledge_id = a.pledge_id
        where a.made_at >= :since and a.undone_at is null
            and not exists (select from matched_payments m where m.payment_id = a.allocation_id)
        order by a.made_at, a.allocation_id limit :limit
        """,
        since=made_since,
        limit=limit,
    )
    return [Credit(Payment(*row[:6]), *row[6:]) for row in rows]


async def undone_allocations(work: Work, *, limit: int) -> list[GivenBack]:
    """Allocations that were taken into account and are undone since: they give all of themselves back."""
    rows = await work.execute(
        """
        select m.payment_id, m.amount_minor - m.returned_minor, 0, 0, false
        from allocations a join matched_payments m on m.payment_id = a.allocation_id
        where a.undone_at is not null and m.returned_minor < m.amount_minor
        order by a.undone_at, a.allocation_id limit :limit
        """,
        limit=limit,
    )
    return [GivenBack._make(row) for row in rows]


async def add_matched(work: Work, payments: Iterable[Payment], shares: Sequence[Share]) -> None:
    """Payments that were taken into account, and what they triggered, each in the lane of the promise."""
    await work.copy(
        "matched_payments",
        ("territory", "payment_id", "amount_minor"),
        [(one.territory, one.payment_id, one.amount_minor) for one in payments],
    )
    if shares:
        await work.execute(
            """
            insert into match_shares (territory, pledge_id, payment_id, amount_minor)
            select c.territory, c.pledge_id, given.payment_id, given.amount_minor
            from unnest(cast(:pledges as uuid[]), cast(:payments as uuid[]), cast(:amounts as bigint[]))
                as given (pledge_id, payment_id, amount_minor)
                join conditions c on c.pledge_id = given.pledge_id
            """,
            pledges=[share.pledge_id for share in shares],
            payments=[share.payment_id for share in shares],
            amounts=[share.amount_minor for share in shares],
        )


async def take_back(work: Work, given_back: Sequence[GivenBack]) -> list[Reversal]:
    """Write what went back of payments, and what that takes back of their shares; those that triggered nothing
    are unknown here."""
    if not given_back:
        return []
    rows = await work.execute(
        """
        with back as (
            update matched_payments m set returned_minor = m.returned_minor + given.amount_minor
            from (
                select payment_id, sum(amount_minor)::bigint as amount_minor
                from unnest(cast(:payments as uuid[]), cast(:amounts as bigint[])) as line (payment_id, amount_minor)
                group by payment_id
            ) as given
            where m.payment_id = given.payment_id
            returning m.payment_id, m.amount_minor, m.returned_minor
        )
        select s.payment_id, s.pledge_id, s.amount_minor as share_minor, s.reversed_minor,
            back.amount_minor as payment_minor, back.returned_minor
        from back join match_shares s using (payment_id) order by s.pledge_id, s.payment_id
        """,
        payments=[one.payment_id for one in given_back],
        amounts=[one.amount_minor for one in given_back],
    )
    reversals = []
    for row in rows:
        by_now = reversed_minor(
            row.share_minor, payment_minor=row.payment_minor, returned_minor=row.returned_minor
        )
        reversals.append(Reversal(row.payment_id, row.pledge_id, by_now, by_now - row.reversed_minor))
    if reversals:
        await work.execute(
            """
            update match_shares s set reversed_minor = given.reversed_minor
            from unnest(cast(:payments as uuid[]), cast(:pledges as uuid[]), cast(:reversed as bigint[]))
                as given (payment_id, pledge_id, reversed_minor)
            where s.payment_id = given.payment_id and s.pledge_id = given.pledge_id
            """,
            payments=[one.payment_id for one in reversals],
            pledges=[one.pledge_id for one in reversals],
            reversed=[one.reversed_minor for one in reversals],
        )
    return reversals


async def received_by(work: Work, scopes: Sequence[Scope], *, today: date) -> list[Received]:
    """What counts for thresholds, and what is left out of it again: all of one moment, so that a statement or an
    allocation that is committed meanwhile is in both or in neither."""
    territories = {scope.territory for scope in scopes}
    rows = await work.execute(
        """
        select p.territory, p.fund,
            case when p.person_id = any(cast(:funders as uuid[])) then p.person_id end as funder,
            cast(null as date) as after, sum(p.received_minor - p.returned_minor)::bigint as amount_minor
        from pledges p
        where p.received_minor > 0 and p.fund = any(cast(:funds as text[]))
            and (cast(:territories as text[]) is null or p.territory = any(cast(:territories as text[])))
            and not exists (select from conditions c where c.pledge_id = p.pledge_id)
        group by p.territory, p.fund, funder
        union all
        select p.territory, p.fund,
            case when p.person_id = any(cast(:funders as uuid[])) then p.person_id end as funder,
            ends.day, -sum(moved.amount_minor)::bigint
        from unnest(cast(:days as date[])) as ends (day) cross join lateral (
            select l.pledge_id,
                case when l.fate = 'received' then l.amount_minor else -l.amount_minor end as amount_minor
            from statements s join bank_lines l using (statement_id)
            where s.closing_on > ends.day and l.booked_on > ends.day
                and l.fate in ('received', 'returned', 'refunded')
            union all
            select a.pledge_id, a.amount_minor
            from statements s join bank_lines l using (statement_id) join allocations a using (line_id)
            where s.closing_on > ends.day and l.booked_on > ends.day and a.undone_at is null
        ) as moved join pledges p using (pledge_id)
        where not exists (select from conditions c where c.pledge_id = p.pledge_id)
        group by p.territory, p.fund, funder, ends.day
        """,
        funders=[scope.person_id for scope in scopes],
        funds=list({scope.fund for scope in scopes}),
        territories=None if None in territories else list(territories),
        days=list({scope.until_on for scope in scopes if scope.until_on < today}),
    )
    return [Received._make(row) for row in rows]
