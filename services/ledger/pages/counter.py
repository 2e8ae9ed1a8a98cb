"""The public counter: the page of the billion, a territory, the badge, who publishes."""

from fastapi import APIRouter, Request, Response

from services.ledger.pages.places import place_of
from shared.identity import anyone
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/", dependencies=[anyone()])
async def counter(request: Request, tri: str | None = None) -> Response:
    """The page of the billion."""
    sort = tri if tri in ("zero", "nom", "recu") else None
    progress = await request.app.state.board.current()
    return templates.render(request, "progress.html", progress=progress, sort=sort)


@router.get("/territoires/{code}", dependencies=[anyone()])
async def one_territory(request: Request, code: str) -> Response:
    """One territory's figures."""
    place = place_of(code)
    progress = await request.app.state.board.current()
    found = next(one for one in progress["territories"] if one["code"] == place.code)
    return templates.render(request, "territory.html", progress=progress, territory=found, place=place)


@router.get("/badge.svg", dependencies=[anyone()])
async def badge_image(request: Request) -> Response:
    """The counter as an image for other sites."""
    progress = await request.app.state.board.current()
    return Response(
        templates.text("badge.svg", progress=progress),
        media_type="image/svg+xml",
        headers={"Cache-Control": "public, max-age=60"},
    )


@router.get("/badge", dependencies=[anyone()])
async def badge_page(request: Request) -> Response:
    """How to show the counter elsewhere."""
    return templates.render(request, "badge.html", public_url=request.app.state.settings.public_url)


@router.get("/mentions", dependencies=[anyone()])
async def legal_notice(request: Request) -> Response:
    """Who publishes, and what becomes of personal data."""
    return templates.render(request, "mentions.html", publisher=request.app.state.settings.publisher)
