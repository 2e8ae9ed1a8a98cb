"""How far the billion is, for everybody: read once, or followed."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.ledger.formats.tables import csv_table
from services.ledger.queries.progress_history import Point, Wanted, figures_as_of, history
from shared.events.contract import TerritoryCode
from shared.identity import anyone
from shared.runtime import Transaction
from shared.web.kept_files import CsvFile

router = APIRouter(tags=["ledger"])

LICENCE = "Licence Ouverte 2.0 (Etalab), source : Opération Milliard"
BRIEFLY = {"Cache-Control": "public, max-age=300"}
"""Past days hardly change, and today's figure is elsewhere to the second."""


class FiguresOfTerritory(BaseModel):
    """The four figures of a territory, in cents, never merged.

    `local_currency_minor` is what was set aside for local currencies; `converted_minor`, what of it was converted.
    """

    territory: str
    promised_minor: int
    received_minor: int
    local_currency_minor: int
    disbursed_minor: int
    converted_minor: int


class FiguresAsOf(BaseModel):
    """The figures at the end of a day; a territory that had none is not there."""

    as_of: date
    currency: str = "EUR"
    licence: str = LICENCE
    territories: list[FiguresOfTerritory]


class FiguresOfDay(BaseModel):
    """The four figures at the end of a day, in cents, never merged."""

    day: date
    promised_minor: int
    received_minor: int
    local_currency_minor: int
    disbursed_minor: int
    converted_minor: int


class History(BaseModel):
    """The days on which a figure moved, the oldest first."""

    currency: str = "EUR"
    licence: str = LICENCE
    days: list[FiguresOfDay]


def _wanted(
    territory: TerritoryCode | None = None,
    fund: Annotated[str | None, Query(max_length=60)] = None,
    instrument: Annotated[str | None, Query(max_length=40)] = None,
) -> Wanted:
    return Wanted(territory, fund, instrument)


OfThese = Annotated[Wanted, Depends(_wanted)]


@router.get("/progress/history", dependencies=[anyone()])
async def read_history(response: Response, work: Transaction, wanted: OfThese) -> History:
    """How the figures grew, of all or of one territory, fund or instrument. Open data."""
    response.headers.update(BRIEFLY)
    return History(days=[FiguresOfDay(**point._asdict()) for point in await history(work, wanted)])


@router.get("/progress/history.csv", response_class=CsvFile, dependencies=[anyone()])
async def export_history(work: Transaction, wanted: OfThese) -> Response:
    """The same as CSV (semicolons, cents), a line for each day, each with its licence. Open data."""
    rows = ([*point, "EUR", LICENCE] for point in await history(work, wanted))
    return CsvFile(
        iter([csv_table([*Point._fields, "currency", "licence"], rows)]),
        headers={"Content-Disposition": 'attachment; filename="progression.csv"', **BRIEFLY},
    )


@router.get("/progress/as-of/{day}", dependencies=[anyone()])
async def read_as_of(day: date, response: Response, work: Transaction, wanted: OfThese) -> FiguresAsOf:
    """The figures of each territory at the end of a day, of all or of one fund or instrument. Open data."""
    response.headers.update(BRIEFLY)
    found = await figures_as_of(work, day, wanted)
    return FiguresAsOf(
        as_of=day,
        territories=[
            FiguresOfTerritory(territory=territory, **asdict(figures)) for territory, figures in found.items()
        ],
    )


@router.get("/progress", dependencies=[anyone()])
async def read_progress(request: Request) -> dict[str, Any]:
    """The four figures, per territory and in total, in cents."""
    return await request.app.state.board.current()


@router.get("/progress/events", dependencies=[anyone()])
async def follow_progress(request: Request) -> StreamingResponse:
    """Server-sent events: the same JSON, once at once and then whenever it changes."""
    return StreamingResponse(
        request.app.state.board.follow(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
