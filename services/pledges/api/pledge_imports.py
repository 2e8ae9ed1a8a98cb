"""Files of pledges over HTTP: say what one would do, import it, fetch the reference of each line."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.pledges.domain.pledge_file import LinesRefused
from services.pledges.operations.import_pledges import import_pledges, plan_import
from services.pledges.operations.receive_pledge_files import received_pledge_file
from services.pledges.operations.report_imports import (
    PledgeImportReport,
    report_of_import,
    report_of_plan,
    result_of_import,
)
from services.pledges.queries.pledge_imports import PledgeImportView, newest_imports
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import error_response
from shared.web.kept_files import CsvFile

router = APIRouter(tags=["promesses"])


@router.post("/imports", response_model=PledgeImportReport)
async def import_pledge_file(
    request: Request,
    response: Response,
    work: Transaction,
    file: Annotated[
        str, Query(max_length=200, description="Nom du fichier, pour un corps brut")
    ] = "promesses.csv",
    dry_run: Annotated[bool, Query(description="Dire ce qui serait fait, sans rien faire")] = False,
    session: Session = allow(Role.TREASURER, local_key=True),
) -> PledgeImportReport | Response:
    """Import a CSV file of pledges whole: the body, or the field `file` of a form. The same again changes nothing.

    Wrong lines refuse it, each with its number in `errors`; a dry run tells them in its report.
    """
    settings = request.app.state.settings
    response.headers["Cache-Control"] = "no-store"
    async with received_pledge_file(request, name=file, max_bytes=settings.max_pledge_file_bytes) as received:
        if dry_run:
            return report_of_plan(await plan_import(work, received, settings=settings), file=received.name)
        try:
            done = await import_pledges(work, received, settings=settings, imported_by=session.person_id)
        except LinesRefused as refusal:
            errors = [{"field": f"ligne {error.line}", "message": error.sentence} for error in refusal.errors]
            return error_response(
                request, status=422, code="lines_refused", message=str(refusal), errors=errors
            )
        return report_of_import(done, file=received.name)


@router.get("/imports", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_imports(work: Transaction) -> list[PledgeImportView]:
    """The files that were imported last, the newest first."""
    return await newest_imports(work)


@router.get(
    "/imports/{import_id}/result.csv",
    response_class=CsvFile,
    dependencies=[allow(Role.TREASURER, local_key=True)],
)
async def fetch_result(import_id: UUID, request: Request, work: Transaction) -> Response:
    """The reference and the page of each line of an import, as CSV: those pages open the pledges."""
    return await result_of_import(work, import_id, public_url=request.app.state.settings.public_url)
