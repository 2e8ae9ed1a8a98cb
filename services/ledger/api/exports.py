"""The books of a year as a file, and the log of what was given out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.formats.fec import FecEncoding, description
from services.ledger.operations.export_books import ExportFormat, export_books
from services.ledger.queries.chart import labels_of
from services.ledger.repository.exports import exports_made
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.kept_files import TextFile, kept

router = APIRouter(tags=["ledger"])


class NewExport(BaseModel):
    """Which year, as what."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=2000, le=2099, strict=True)]
    format: ExportFormat


class ExportView(BaseModel):
    """What was given out: the same SHA-256 is the same file."""

    model_config = ConfigDict(from_attributes=True)

    export_id: UUID
    year: int
    format: str
    file_name: str
    sha256: str
    size_bytes: int
    made_at: datetime


@router.get("/exports", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_exports(work: Transaction) -> list[ExportView]:
    """The newest exports, the newest first."""
    return [ExportView.model_validate(one) for one in await exports_made(work)]


@router.post("/exports", response_class=TextFile)
async def export(
    body: NewExport,
    request: Request,
    work: Transaction,
    session: Session = allow(Role.TREASURER, local_key=True),
) -> TextFile:
    """The file; it is written down that it was given out, with its SHA-256 (header `X-Content-SHA256`)."""
    made, content = await export_books(
        work,
        year=body.year,
        format=body.format,
        settings=request.app.state.settings,
        by=session.person_id,
    )
    answer = kept(TextFile, content, name=made.file_name)
    answer.headers["X-Content-SHA256"] = made.sha256
    return answer


@router.get(
    "/exports/{year}/description",
    response_class=PlainTextResponse,
    dependencies=[allow(Role.TREASURER, local_key=True)],
)
async def describe(
    year: Annotated[int, Field(ge=2000, le=2099)],
    request: Request,
    work: Transaction,
    encoding: FecEncoding = FecEncoding.UTF_8,
) -> str:
    """What goes with a file in FEC format: what its codes mean."""
    siren = request.app.state.settings.siren
    if siren is None:
        raise UserError(
            "Un export au format FEC porte le SIREN de l’organisme : réglez MILLIARD_LEDGER_SIREN.",
            status=409,
            code="siren_missing",
        )
    return description(siren=siren, year=year, labels=await labels_of(work), encoding=encoding)
