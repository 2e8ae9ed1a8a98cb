"""The pages of the investors' roll: what everybody may see of it and one's own answer; drawing it, for organisers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.investors import RollRefused, StatementsComeIn
from services.pledges.operations.draw_investors import draw_investors
from services.pledges.operations.roll_files import existing_roll, roll_file
from services.pledges.queries.investor_rolls import newest_rolls, public_rolls
from services.pledges.queries.roll_entries import own_answers
from shared.database import Work
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store"}
NAMES = {territory.code: territory.name for territory in territories()}


@router.get("/investisseurs")
async def show_investors(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    """How many have invested or given, by territory; and, for whoever is signed in, whether they are on the rolls."""
    return templates.render(
        request,
        "investors.html",
        headers=PRIVATE if session.person_id else {},
        rolls=await public_rolls(work),
        answers=await own_answers(work, session.person_id) if session.person_id else None,
        names=NAMES,
    )


@router.get("/investisseurs/listes", dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR)])
async def show_rolls(request: Request, work: Transaction) -> Response:
    """The rolls that were drawn, and the form that draws one."""
    return await _rolls(request, work, values={}, errors={})


@router.post("/investisseurs/listes")
async def draw(
    request: Request,
    work: Transaction,
    as_of: Annotated[str, Form(max_length=10)] = "",
    session: Session = allow(Role.TREASURER, Role.NATIONAL_OPERATOR),
) -> Response:
    """Draw the roll of a day, and show it."""
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        errors = {"as_of": "Choisissez une date, par exemple 31/12/2026."}
        return await _rolls(request, work, values={"as_of": as_of}, errors=errors, status_code=422)
    try:
        roll = await draw_investors(work, as_of=day, by=session.person_id)
    except StatementsComeIn:
        raise
    except RollRefused as refusal:
        return await _rolls(
            request, work, values={"as_of": as_of}, errors={"as_of": str(refusal)}, status_code=422
        )
    return RedirectResponse(f"/investisseurs/listes/{roll.roll_id}", status_code=303)


@router.get("/investisseurs/listes/{roll_id}", dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR)])
async def show_roll(roll_id: UUID, request: Request, work: Transaction) -> Response:
    """One roll: how many persons in each territory, and what it says otherwise than the one before it."""
    return templates.render(
        request, "investor_roll.html", headers=PRIVATE, roll=await existing_roll(work, roll_id), names=NAMES
    )


@router.get(
    "/investisseurs/listes/{roll_id}/personnes.csv",
    dependencies=[allow(Role.TREASURER, Role.NATIONAL_OPERATOR)],
)
async def export_roll(roll_id: UUID, work: Transaction) -> Response:
    """All persons of a roll, for whoever convenes them."""
    return await roll_file(work, roll_id)


async def _rolls(
    request: Request,
    work: Work,
    *,
    values: dict[str, str],
    errors: dict[str, str],
    status_code: int = 200,
) -> Response:
    return templates.render(
        request,
        "investor_rolls.html",
        status_code=status_code,
        headers=PRIVATE,
        rolls=await newest_rolls(work),
        values=values,
        errors=errors,
    )
