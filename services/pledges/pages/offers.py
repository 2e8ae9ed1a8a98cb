"""/abondements: what is offered under conditions in each territory, and what givers wish, three people at least."""

from fastapi import APIRouter, Request, Response

from services.pledges.domain.earmark import INSTRUMENTS, themes
from services.pledges.queries.offers import offers
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")


@router.get("/abondements", dependencies=[anyone()])
async def show_offers(request: Request, work: Transaction) -> Response:
    """For everybody: a reason to give now."""
    return templates.render(
        request,
        "offers.html",
        headers={"Cache-Control": "no-cache"},
        offers=await offers(work),
        names={one.code: one.name for one in territories()},
        themes=themes(),
        instruments={code.value: name for code, name in INSTRUMENTS.items()},
    )
