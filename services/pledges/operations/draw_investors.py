"""Draws the investors' roll of a day: frozen, counted, hashed, and compared with an earlier one of the same day."""

from datetime import date
from hashlib import sha256
from typing import BinaryIO, cast
from uuid import UUID

import structlog

from services.pledges.domain.investors import (
    DayToCome,
    Disclosure,
    InvestorRoll,
    StatementsComeIn,
    disclose,
)
from services.pledges.queries.investor_rolls import (
    RollView,
    counts_of,
    disclosures,
    roll_by_id,
    statements_until,
)
from services.pledges.queries.roll_entries import write_roll
from services.pledges.repository.investor_rolls import (
    add_changes,
    add_counts,
    add_entries,
    add_roll,
    allow_time,
    newest_roll_of,
    publish_counts,
)
from services.pledges.repository.statements import ImportUnderWay, lock_imports
from shared.database import Work
from shared.events.pledges import InvestorRollDrawn, PersonsInTerritory
from shared.values import NATIONAL, new_id

log = structlog.get_logger(__name__)


async def draw_investors(work: Work, *, as_of: date, by: UUID | None) -> RollView:
    """The new roll. Drawn again for the same day, it says what it changes and why.

    No statement comes in meanwhile: what an earlier roll had seen is known by when it was drawn. Raises RollRefused.
    """
    if as_of > work.today:
        raise DayToCome
    try:
        await lock_imports(work)
    except ImportUnderWay:
        raise StatementsComeIn from None
    await allow_time(work)
    drawn_at, roll_id = work.clock(), new_id()
    previous = await newest_roll_of(work, as_of)
    await add_entries(work, roll_id, as_of=as_of)
    totals = await add_counts(work, roll_id)
    public = await _disclosed(work, roll_id, person_count=totals.person_count)
    roll = InvestorRoll(
        roll_id=roll_id,
        as_of=as_of,
        drawn_at=drawn_at,
        drawn_by=by,
        statements_until=await statements_until(work),
        person_count=totals.person_count,
        member_count=totals.member_count,
        content_hash=await _content_hash(work, roll_id),
        previous_roll_id=previous.roll_id if previous else None,
        is_total_public=public.shows_total,
    )
    if previous:
        await add_changes(work, roll_id, as_of=as_of, previous=previous)
    await add_roll(work, roll)
    view = await roll_by_id(work, roll_id)
    assert view is not None
    work.record(_drawn(view, public))
    log.info("investor_roll_drawn", as_of=as_of.isoformat(), persons=roll.person_count)
    return view


async def _disclosed(work: Work, roll_id: UUID, *, person_count: int) -> Disclosure:
    """Settle what everybody may see of a roll, for good: later ones are compared with it."""
    counts = {one.territory: one.person_count for one in (await counts_of(work, [roll_id]))[roll_id]}
    public = disclose(person_count, counts, [*(await disclosures(work)).values()])
    await publish_counts(work, roll_id, territories=public.shown)
    return public


class _Digest:
    """Takes the bytes of a file, and keeps their hash only."""

    def __init__(self) -> None:
        self.sha256 = sha256()

    def write(self, data: bytes) -> None:
        self.sha256.update(data)


async def _content_hash(work: Work, roll_id: UUID) -> str:
    digest = _Digest()
    await write_roll(work, cast(BinaryIO, digest), roll_id=roll_id)
    return digest.sha256.hexdigest()


def _drawn(roll: RollView, public: Disclosure) -> InvestorRollDrawn:
    return InvestorRollDrawn(
        territory=NATIONAL,
        roll_id=roll.roll_id,
        as_of=roll.as_of,
        drawn_at=roll.drawn_at,
        person_count=public.public_total,
        counts=tuple(
            PersonsInTerritory(territory=code, person_count=count)
            for code, count in public.public_counts.items()
        ),
        content_hash=roll.content_hash,
        previous_roll_id=roll.previous_roll_id,
    )
