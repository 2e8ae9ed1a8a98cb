"""Decisions on instruments: only ever added."""

from datetime import datetime
from uuid import UUID

from shared.database import Work
from shared.values import new_id


async def add_decision(
    work: Work, *, instrument: str, is_authorised: bool, ground: str, by: UUID, at: datetime
) -> None:
    """Keep a decision; from now on it is the one that holds."""
    await work.execute(
        """
        insert into instrument_authorisations
            (authorisation_id, instrument, is_authorised, ground, decided_by, decided_at)
        values (:id, :instrument, :is_authorised, :ground, :by, :at)
        """,
        id=new_id(),
        instrument=instrument,
        is_authorised=is_authorised,
        ground=ground,
        by=by,
        at=at,
    )
