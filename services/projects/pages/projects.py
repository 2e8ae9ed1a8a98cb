"""What everybody sees: the projects that a decision supports, territory by territory."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.projects import queries
from services.projects.domain.funds import FUNDS
from services.projects.domain.needs import NeedUnknown
from services.projects.domain.territories import known_territory
from services.projects.pages import templates
from services.projects.pages.forms import page_number
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.values import territory as territory_of

router = APIRouter(include_in_schema=False, dependencies=[anyone()])


@router.get("/projets")
async def show_projects(
    request: Request, work: Transaction, territoire: str = "", page: str = "1"
) -> Response:
    size = request.app.state.settings.page_size
    number = page_number(page)
    found = await queries.public_needs(
        work,
        territory=known_territory(territoire) if territoire else None,
        limit=size + 1,
        offset=size * (number - 1),
    )
    return templates.render(
        request,
        "projects.html",
        needs=found[:size],
        territories=territories(),
        chosen=territoire.upper(),
        number=number,
        has_next=len(found) > size,
        territory_of=territory_of,
    )


@router.get("/projets/{territory}/{need_id}")
async def show_project(request: Request, work: Transaction, territory: str, need_id: UUID) -> Response:
    found = await queries.need_seen_by(work, territory=known_territory(territory), need_id=need_id)
    if found is None:
        raise NeedUnknown()
    return templates.render(
        request, "project.html", need=found, fund=FUNDS[found.fund], territory_of=territory_of
    )
