"""Investors' rolls over HTTP: draw one, read its figures, its persons and what changed; or one's own answer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from services.pledges.operations.draw_investors import draw_investors
from services.pledges.operations.roll_files import existing_roll, existing_summary, roll_file
from services.pledges.queries.investor_rolls import (
    PublicRoll,
    RollSummary,
    RollView,
    newest_rolls,
    public_rolls,
)
from services.pledges.queries.roll_entries import (
    PAGE_ENTRIES,
    EntryPlace,
    OwnAnswer,
    RollChange,
    RollEntry,
    changes_of,
    entries_of,
    own_answers,
)
from shared.identity import Role, Session, allow, anyone, signed_in
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile

router = APIRouter(tags=["liste des investisseurs"])
After = Annotated[str | None, Query(max_length=60, description="« next » de la page précédente")]
Territory = Annotated[str | None, Query(max_length=3)]


class WantedRoll(BaseModel):
    """The day that a roll is of: who had invested or given by its end."""

    model_config = ConfigDict(extra="forbid")

    as_of: date


class EntriesAnswer(BaseModel):
    """A page of a roll's persons; `next` goes into `after` for the next one, and is null at the end."""

    entries: list[RollEntry]
    next: str | None


class ChangesAnswer(BaseModel):
    """A page of a roll's differences; `next` goes into `after` for the next one, and is null at the end."""

    changes: list[RollChange]
    next: str | None


@router.post("/investor-rolls", status_code=201)
async def draw(
    body: WantedRoll,
    work: Transaction,
    session: Session = allow(Role.TREASURER, Role.NATIONAL_OPERATOR, local_key=True),
) -> RollView:
    """Draw the roll of a day. The same day again is another roll, which says what it changes and why."""
    return await draw_investors(work, as_of=body.as_of, by=session.person_id)


@router.get("/investor-rolls", dependencies=[anyone()])
async def list_public_rolls(work: Transaction) -> list[PublicRoll]:
    """The rolls and how many persons they have, without small groups; the latest day first."""
    return await public_rolls(work)


@router.get("/investor-rolls/mine")
async def show_own_answers(
    work: Transaction, response: Response, session: Session = signed_in()
) -> list[OwnAnswer]:
    """Whether the one who asks is on each roll; nobody else's answer can be asked for."""
    assert session.person_id
    response.headers["Cache-Control"] = "no-store"
    return await own_answers(work, session.person_id)


@router.get(
    "/investor-rolls/complete",
    dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR, local_key=True)],
)
async def list_rolls(work: Transaction) -> list[RollSummary]:
    """The rolls with every figure, for those who organise an assembly."""
    return await newest_rolls(work)


@router.get(
    "/investor-rolls/{roll_id}",
    dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR, local_key=True)],
)
async def show_roll(roll_id: UUID, work: Transaction) -> RollView:
    """One roll: its count in each territory, and what it changes."""
    return await existing_roll(work, roll_id)


@router.get(
    "/investor-rolls/{roll_id}/entries",
    dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR, local_key=True)],
)
async def list_entries(
    roll_id: UUID,
    response: Response,
    work: Transaction,
    territory: Territory = None,
    after: After = None,
) -> EntriesAnswer:
    """The persons of a roll by territory, a thousand at a time: ids, and who is a member. No amounts."""
    await existing_summary(work, roll_id)
    found = await entries_of(work, roll_id, territory=_upper(territory), after=_place(after))
    response.headers["Cache-Control"] = "no-store"
    return EntriesAnswer(entries=found[:PAGE_ENTRIES], next=_next(found))


@router.get(
    "/investor-rolls/{roll_id}/entries.csv",
    response_class=CsvFile,
    dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR, local_key=True)],
)
async def export_entries(roll_id: UUID, work: Transaction) -> Response:
    """All persons of a roll as one file, whose SHA-256 is the roll's `content_hash`."""
    return await roll_file(work, roll_id)


@router.get(
    "/investor-rolls/{roll_id}/changes",
    dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR, local_key=True)],
)
async def list_changes(
    roll_id: UUID,
    response: Response,
    work: Transaction,
    territory: Territory = None,
    after: After = None,
) -> ChangesAnswer:
    """Whom a roll adds or leaves out beside the earlier one of its day, and why, a thousand at a time."""
    await existing_summary(work, roll_id)
    found = await changes_of(work, roll_id, territory=_upper(territory), after=_place(after))
    response.headers["Cache-Control"] = "no-store"
    return ChangesAnswer(changes=found[:PAGE_ENTRIES], next=_next(found))


def _upper(territory: str | None) -> str | None:
    return territory.upper() if territory is not None else None


def _place(after: str | None) -> EntryPlace | None:
    try:
        return EntryPlace.read(after) if after is not None else None
    except ValueError:
        raise UserError(
            "Cette page n’existe pas : reprenez « next » tel qu’il a été donné.", status=422, code="bad_place"
        ) from None


def _next(found: list[RollEntry] | list[RollChange]) -> str | None:
    if len(found) <= PAGE_ENTRIES:
        return None
    last = found[PAGE_ENTRIES - 1]
    return EntryPlace(last.territory, last.person_id).written()
