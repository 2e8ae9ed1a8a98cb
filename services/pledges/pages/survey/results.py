"""What the survey says: the last restitution, and those before it, for everybody."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.pledges.operations.publish_survey import published_results
from services.pledges.pages.survey.showing import templates
from services.pledges.queries.restitutions import Restitution, newest_restitution, restitutions
from services.pledges.queries.survey_results import SurveyResults
from shared.database import Work
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import NATIONAL, territories

router = APIRouter()
Place = Annotated[str, Query(max_length=3)]


@router.get("/enquete/resultats", dependencies=[anyone()])
async def show_newest(request: Request, work: Transaction, territoire: Place = "") -> Response:
    """The last restitution; before the first, when to come back."""
    return await _page(request, work, await newest_restitution(work), territoire)


@router.get("/enquete/resultats/{restitution_id}", dependencies=[anyone()])
async def show_one(
    restitution_id: UUID, request: Request, work: Transaction, territoire: Place = ""
) -> Response:
    """One restitution, as it was published."""
    return await _page(request, work, await published_results(work, restitution_id), territoire)


def names_of_territories() -> dict[str, str]:
    """What readers call them; `00` is where nobody said it."""
    return {NATIONAL: "Territoire non indiqué"} | {
        one.code: f"{one.name} ({one.code})" for one in territories()
    }


def places_of(content: SurveyResults) -> list[tuple[str, str]]:
    """The territories of which something is shown, to choose from."""
    names = names_of_territories()
    return [(code, names.get(code, code)) for code in content.territories]


async def _page(request: Request, work: Work, shown: Restitution | None, place: str) -> Response:
    places = places_of(shown.content) if shown else []
    return templates.render(
        request,
        "survey/results.html",
        restitution=shown,
        content=shown.content if shown else None,
        names=names_of_territories(),
        places=places,
        place=place.upper() if place.upper() in dict(places) else "",
        others=await restitutions(work),
    )
