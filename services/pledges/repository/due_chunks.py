"""Walks what is due in the order of its dates, a bounded part at a time: there may be a million of them."""

from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from shared.database import Work

CHUNK_ROWS = 1_000
"""Due dates looked at in one transaction: some milliseconds, in which a bank file waits for none of them for long."""

_LAST_ID = UUID(int=2**128 - 1)


class Place(NamedTuple):
    """A place in the order of due dates."""

    due_on: date
    pledge_id: UUID


class Chunk(NamedTuple):
    """Due dates behind one place and up to another; `is_last`: none of the period come after it."""

    after: Place
    until: Place
    is_last: bool


async def next_chunk(
    work: Work, table: Literal["pledges", "instalments"], *, after: Place | None, first: date, last: date
) -> Chunk:
    """The next due dates between two days, read from the index alone."""
    begin = after or Place(first, UUID(int=0))
    found = await work.execute(
        f"""
        select due_on, pledge_id from {table}
        where (due_on, pledge_id) > (:due_on, :pledge_id) and due_on between :first and :last
        order by due_on, pledge_id offset :skipped limit 1
        """,  # noqa: S608 - one of two names
        first=first,
        last=last,
        skipped=CHUNK_ROWS - 1,
        **begin._asdict(),
    )
    row = found.one_or_none()
    return Chunk(begin, Place(*row), False) if row else Chunk(begin, Place(last, _LAST_ID), True)
