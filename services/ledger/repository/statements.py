"""Statements as they were announced, beside the tallies of the lines that were posted for each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.ledger.domain.proved import Moved, Standing, Standings
from shared.database import Work
from shared.events.pledges import StatementImported


async def insert(work: Work, statement: StatementImported, *, event_id: UUID, payload_hash: bytes) -> bool:
    """Keep what a statement announced; False when it is kept already."""
    inserted = await work.execute(
        "insert into statements (statement_id, account, opening_minor, closing_minor, currency, opening_on,"
        " closing_on, line_count, credit_minor, debit_minor, event_id, payload_hash)"
        " values (:statement_id, :account, :opening_minor, :closing_minor, :currency, :opening_on,"
        " :closing_on, :line_count, :credit_minor, :debit_minor, :event_id, :payload_hash)"
        " on conflict (statement_id) do nothing returning statement_id",
        **statement.model_dump(exclude={"territory", "follows_previous"}),
        event_id=event_id,
        payload_hash=payload_hash,
    )
    return inserted.first() is not None


async def payload_hash_of(work: Work, statement_id: UUID) -> bytes | None:
    """The hash of the announcement that is kept."""
    found = await work.execute(
        "select payload_hash from statements where statement_id = :id", id=statement_id
    )
    kept: bytes | None = found.scalar()
    return kept


async def some_unproved(work: Work) -> bool:
    """Whether anything waits for its proof."""
    found = await work.execute("select 1 from statements where proved_at is null limit 1")
    return found.first() is not None


async def unproved(work: Work) -> Sequence[Any]:
    """What waits, by account and closing day: the fields of `Unproved`."""
    found = await work.execute(
        """
        select s.statement_id, s.account, s.opening_minor, s.closing_minor, s.closing_on,
            s.line_count = coalesce(sum(t.line_count), 0) and bool_and(coalesce(t.currency, s.currency) = s.currency)
                and s.credit_minor = coalesce(sum(t.credit_minor), 0)
                and s.debit_minor = coalesce(sum(t.debit_minor), 0) as is_complete
        from statements s left join statement_tallies t using (statement_id)
        where s.proved_at is null
        group by s.statement_id
        order by s.account, s.closing_on, s.statement_id
        """
    )
    rows: Sequence[Any] = found.all()
    return rows


async def proved_runs(work: Work) -> Sequence[Any]:
    """The account and then the fields of `Proved`, for each account that has a proved statement."""
    found = await work.execute(
        """
        select first.account, first.opening_minor, first.closing_on, first.proved_position,
            last.closing_minor, last.closing_on, last.proved_position
        from (select account, min(proved_position) as lowest, max(proved_position) as highest
              from statements where proved_at is not null group by account) as ends
        join statements first on first.account = ends.account and first.proved_position = ends.lowest
        join statements last on last.account = ends.account and last.proved_position = ends.highest
        """
    )
    rows: Sequence[Any] = found.all()
    return rows


async def standings(work: Work, days: Collection[tuple[str, date]]) -> Standings:
    """The standings of these accounts on these days."""
    found: dict[tuple[str, date], list[Standing]] = defaultdict(list)
    if not days:
        return found
    rows = await work.execute(
        """
        select wanted.account, wanted.closing_on, standing.*
        from unnest(cast(:accounts as text[]), cast(:days as date[])) as wanted (account, closing_on)
        cross join lateral (
            select proved_position, closing_minor from statements
            where account = wanted.account and closing_on = wanted.closing_on and proved_at is not null
            union all (
                select proved_position, closing_minor from statements
                where account = wanted.account and closing_on < wanted.closing_on and proved_at is not null
                order by proved_position desc limit 1
            )
        ) as standing
        order by wanted.account, wanted.closing_on, standing.proved_position
        """,
        accounts=[account for account, _ in days],
        days=[day for _, day in days],
    )
    for account, day, position, balance_minor in rows:
        found[account, day].append(Standing(position, balance_minor))
    return found


async def make_room(work: Work, moved: Sequence[Moved]) -> None:
    """Move what was proved before behind statements that come late, in this order."""
    for one in moved:
        await work.execute(
            "update statements set proved_position = proved_position + :by"
            " where account = :account and proved_position > :behind",
            account=one.account,
            behind=one.behind,
            by=one.by,
        )


async def mark_proved(work: Work, positions: Mapping[UUID, int]) -> None:
    """These statements are proved, at these positions of their accounts' runs."""
    await work.execute(
        "update statements set proved_at = :now, proved_position = position"
        " from unnest(cast(:ids as uuid[]), cast(:positions as bigint[])) as new (id, position)"
        " where statement_id = new.id",
        now=work.now,
        ids=list(positions),
        positions=list(positions.values()),
    )


async def at_position(work: Work, *, account: str, position: int) -> Any:
    """The proved statement of an account at a position of its run."""
    found = await work.execute(
        "select statement_id, event_id, payload_hash, opening_on, currency from statements"
        " where account = :account and proved_position = :position",
        account=account,
        position=position,
    )
    return found.one()


async def territories_moved_by(work: Work, statement_ids: Sequence[UUID]) -> Sequence[str]:
    """The territories that these statements have lines of."""
    found = await work.execute(
        "select distinct territory from statement_tallies"
        " where statement_id = any(cast(:ids as uuid[])) and territory <> '00' order by territory",
        ids=list(statement_ids),
    )
    codes: Sequence[str] = found.scalars().all()
    return codes
