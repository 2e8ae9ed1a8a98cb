"""Closings: only ever added, and written on every chain, which is what a batch reads under its lock."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.chain import GENESIS
from shared.database import Work
from shared.values import lanes


class Closing(NamedTuple):
    """The books were closed up to a day, this day included."""

    closing_id: UUID
    closed_through: date
    decision_reference: str
    closed_by: UUID
    closed_at: datetime


async def lock_all_chains(work: Work) -> None:
    """Lock the books of every territory, in one order; those that have none yet get their first row.

    Adding a row waits for a batch that is adding the same one.
    """
    await work.execute(
        "insert into chains (territory, hash) select unnest(cast(:lanes as text[])), :genesis on conflict do nothing",
        lanes=sorted(lanes()),
        genesis=GENESIS,
    )
    await work.execute("select from chains order by territory for update")


async def last_closing(work: Work) -> Closing | None:
    """The newest closing."""
    found = await work.execute("select * from closings order by closed_through desc limit 1")
    row = found.first()
    return Closing._make(row) if row else None


async def all_closings(work: Work) -> list[Closing]:
    """Every closing, the newest first."""
    found = await work.execute("select * from closings order by closed_through desc")
    return [Closing._make(row) for row in found]


async def add_closing(work: Work, closing: Closing) -> None:
    """Write a closing and the day on every chain; all are locked."""
    await work.execute(
        "insert into closings (closing_id, closed_through, decision_reference, closed_by, closed_at)"
        " values (:closing_id, :closed_through, :decision_reference, :closed_by, :closed_at)",
        **closing._asdict(),
    )
    await work.execute("update chains set closed_through = :through", through=closing.closed_through)


async def unproved_statements(work: Work, through: date) -> int:
    """How many statements that begin in the period are not proved."""
    found = await work.execute(
        "select count(*) from statements where proved_at is null and opening_on <= :through", through=through
    )
    return int(found.scalar())


async def parked_events(work: Work) -> int:
    """How many events could not be posted, or wait behind one that could not."""
    found = await work.execute("select count(*) from parked_events")
    return int(found.scalar())
