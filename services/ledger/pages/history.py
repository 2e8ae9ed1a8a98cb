"""How the figures grew: a chart that needs no script, and the open data under it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response

from services.ledger.pages.places import place_of
from services.ledger.queries.progress_history import Point, Wanted, history
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")

WIDTH, HEIGHT = 640, 240
"""Of the chart's own units: it grows with the page."""


@router.get("/progression", dependencies=[anyone()])
async def show_history(request: Request, work: Transaction, territoire: str = "") -> Response:
    """The four figures day after day, of all territories or of one."""
    place = place_of(territoire) if territoire else None
    points = await history(work, Wanted(territory=place.code if place else None))
    progress = await request.app.state.board.current()
    top = max((max(point.promised_minor, point.received_minor) for point in points), default=0)
    return templates.render(
        request,
        "history.html",
        place=place,
        progress=progress,
        source=next(
            (one for one in progress["territories"] if place and one["code"] == place.code), progress
        ),
        places=[(one.code, one.name) for one in territories()],
        ends=_ends_of_months(points),
        promised=_line(points, lambda point: point.promised_minor, top=top),
        received=_line(points, lambda point: point.received_minor, top=top),
        top_minor=top,
        first_on=points[0].day if points else None,
        last_on=points[-1].day if points else None,
        width=WIDTH,
        height=HEIGHT,
    )


def _line(points: Sequence[Point], value: Callable[[Point], int], *, top: int) -> str:
    """The path of a figure that stays as it is until the day on which it moves (SVG)."""
    if not points or top <= 0:
        return ""
    first = points[0].day
    days = max((points[-1].day - first).days, 1)
    path = f"M0 {HEIGHT}"
    for point in points:
        x = (point.day - first).days * WIDTH // days
        y = HEIGHT - max(value(point), 0) * HEIGHT // top
        path += f"H{x}V{y}"
    return f"{path}H{WIDTH}"


def _ends_of_months(points: Sequence[Point]) -> list[Point]:
    """The figures at the end of each month, the newest first, the present day for the last one."""
    last_of_month: dict[date, Point] = {}
    for point in points:
        month = point.day.replace(day=1)
        last_of_month[month] = point._replace(
            day=(month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        )
    ends = [last_of_month[month] for month in sorted(last_of_month, reverse=True)]
    return [ends[0]._replace(day=points[-1].day), *ends[1:]] if ends else []
