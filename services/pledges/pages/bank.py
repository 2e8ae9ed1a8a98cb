"""The bank desk: send statements, see what they brought, what waits and which statement is missing."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.operations.export_lines import export_lines
from services.pledges.operations.import_files import import_files
from services.pledges.operations.import_statements import ImportStatus
from services.pledges.operations.receive_files import received_files
from services.pledges.queries.bank import (
    PAGE_LINES,
    debits_to_expect,
    lines_of_statement,
    newest_statements,
    open_alarms,
    statements_by_id,
    suspended_lines,
)
from shared.database import Database, Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store"}
Count = Annotated[int | None, Query(ge=0, le=100_000)]


@router.get("/banque", dependencies=[allow(Role.TREASURER)])
async def show_desk(
    request: Request, work: Transaction, importes: Count = None, connus: Count = None
) -> Response:
    """The desk; after an import, how many statements were new and how many were known."""
    return await _desk(request, work, imported=importes, known=connus or 0)


@router.post("/banque")
async def send_files(request: Request, session: Session = allow(Role.TREASURER)) -> Response:
    """Import the chosen files, each whole or not at all; sending the same ones again changes nothing."""
    settings, database = request.app.state.settings, request.app.state.database
    async with received_files(request, name="relevé.xml", max_bytes=settings.max_statement_bytes) as files:
        imported, refused = await import_files(
            database, files, settings=settings, imported_by=session.person_id
        )
    statuses = [statement.status for file in imported for statement in file.statements]
    new, known = statuses.count(ImportStatus.IMPORTED), statuses.count(ImportStatus.ALREADY_IMPORTED)
    if refused:
        return await _desk_with_refusals(request, database, refused, imported=new, known=known)
    return RedirectResponse(f"/banque?importes={new}&connus={known}", status_code=303)


@router.get("/banque/lignes.csv", dependencies=[allow(Role.TREASURER)])
async def export_bank_lines(work: Transaction, du: date, au: date) -> Response:
    """The lines booked in a period as CSV, for an accountant."""
    return await export_lines(work, first=du, last=au)


@router.get("/banque/releves/{statement_id}", dependencies=[allow(Role.TREASURER)])
async def show_statement(
    statement_id: UUID, request: Request, work: Transaction, debut: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """The lines of one statement, with the fate of each and why."""
    statements = await statements_by_id(work, [statement_id])
    if not statements:
        raise UserError("Ce relevé n’a pas été importé.", status=404, code="statement_not_found")
    return templates.render(
        request,
        "statement.html",
        headers=PRIVATE,
        statement=statements[0],
        lines=await lines_of_statement(work, statement_id, offset=debut),
        start=debut,
        page_lines=PAGE_LINES,
    )


async def _desk_with_refusals(
    request: Request, database: Database, refused: list[str], *, imported: int, known: int
) -> Response:
    async with database.begin() as work:
        return await _desk(request, work, refused=refused, imported=imported, known=known)


async def _desk(
    request: Request,
    work: Work,
    *,
    refused: list[str] | None = None,
    imported: int | None = None,
    known: int = 0,
) -> Response:
    return templates.render(
        request,
        "bank.html",
        status_code=422 if refused else 200,
        headers=PRIVATE,
        refused=refused or [],
        imported=imported,
        known=known,
        statements=await newest_statements(work, limit=60),
        suspense=await suspended_lines(work),
        alarms=await open_alarms(work),
        expected_debits=await debits_to_expect(work),
    )
