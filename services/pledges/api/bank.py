"""The bank desk over HTTP: import statements, look at their lines, suspense, gaps and expected debits."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.pledges.operations.export_lines import export_lines
from services.pledges.operations.import_files import ImportedFile, import_file
from services.pledges.operations.receive_files import received_files
from services.pledges.queries.bank import (
    BankLineView,
    ExpectedDebitView,
    GapAlarmView,
    StatementView,
    debits_to_expect,
    newest_statements,
    open_alarms,
    statements_by_id,
)
from services.pledges.queries.bank_lines import Beside, lines_of_statement, suspended_lines
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile

router = APIRouter(tags=["banque"])
After = Annotated[UUID | None, Query(description="La dernière ligne (line_id) de la page précédente")]


class StatementLines(BaseModel):
    """A statement and one page of its lines; `next` goes into `after` for the next one, and is null at the end."""

    statement: StatementView
    lines: list[BankLineView]
    next: UUID | None


@router.post("/statements")
async def import_bank_file(
    request: Request,
    response: Response,
    file: Annotated[str, Query(description="Nom du fichier, pour un corps brut")] = "relevé.xml",
    session: Session = allow(Role.TREASURER, local_key=True),
) -> ImportedFile:
    """Import one bank file (camt.053 or camt.054, .001.02 or .001.08; CFONB 120): the body, or `file` of a form.

    A camt.054 details entries of statements and is no money. The same again changes nothing.
    """
    settings = request.app.state.settings
    async with received_files(request, name=file, max_bytes=settings.max_statement_bytes) as files:
        if len(files) > 1:
            raise UserError("Envoyez un seul fichier par demande.", status=422, code="several_files")
        imported = await import_file(
            request.app.state.database, files[0], settings=settings, imported_by=session.person_id
        )
    response.headers["Cache-Control"] = "no-store"
    return imported


@router.get("/statements", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_statements(work: Transaction) -> list[StatementView]:
    """The newest statements first."""
    return await newest_statements(work)


@router.get("/statements/{statement_id}/lines", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_lines(statement_id: UUID, work: Transaction, after: After = None) -> StatementLines:
    """The lines of a statement, with the fate of each and why."""
    statements = await statements_by_id(work, [statement_id])
    if not statements:
        raise UserError("Ce relevé n’a pas été importé.", status=404, code="statement_not_found")
    page = await lines_of_statement(work, statement_id, Beside(after=after))
    return StatementLines(statement=statements[0], lines=page.lines, next=page.next)


@router.get("/lines.csv", response_class=CsvFile, dependencies=[allow(Role.TREASURER, local_key=True)])
async def export_bank_lines(
    work: Transaction,
    first: Annotated[date, Query(alias="from", description="Premier jour, compris")],
    last: Annotated[date, Query(alias="to", description="Dernier jour, compris")],
) -> Response:
    """The lines booked in a period as CSV for an accountant, with names and accounts of givers."""
    return await export_lines(work, first=first, last=last)


@router.get("/suspense", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_suspense(work: Transaction, after: After = None) -> list[BankLineView]:
    """What nothing explains yet, the oldest first, 200 at a time; those that follow come `after` the last of them."""
    return (await suspended_lines(work, Beside(after=after))).lines


@router.get("/alarms", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_alarms(work: Transaction) -> list[GapAlarmView]:
    """Statements that do not open where the one before them closed."""
    return await open_alarms(work)


@router.get("/expected-debits", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_expected_debits(work: Transaction) -> list[ExpectedDebitView]:
    """Confirmed disbursements and conversions whose transfer no statement has shown yet."""
    return await debits_to_expect(work)
