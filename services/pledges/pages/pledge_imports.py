"""Import pledges from a file, for national treasurers: what it must look like, what it would do, what it did."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.pledges.domain.commitment import COMMITMENT_NAMES
from services.pledges.domain.fields import FieldRefused
from services.pledges.domain.instruments import instruments
from services.pledges.domain.payer import KIND_NAMES
from services.pledges.domain.pledge_file import LinesRefused
from services.pledges.operations.import_pledges import import_pledges, plan_import
from services.pledges.operations.receive_pledge_files import received_pledge_file
from services.pledges.operations.report_imports import (
    PledgeImportReport,
    ReportedError,
    report_of_import,
    report_of_plan,
    reported_errors,
    result_of_import,
)
from services.pledges.queries.pledge_imports import newest_imports
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
FILE_NAME = "promesses.csv"


@router.get("/banque/promesses/importer", dependencies=[allow(Role.TREASURER)])
async def show_import(request: Request, work: Transaction) -> Response:
    return await _page(request, work)


@router.post("/banque/promesses/importer/verification", dependencies=[allow(Role.TREASURER)])
async def check_file(request: Request, work: Transaction) -> Response:
    """Say line by line what the file would do, and do nothing."""
    settings = request.app.state.settings
    try:
        async with received_pledge_file(
            request, name=FILE_NAME, max_bytes=settings.max_pledge_file_bytes
        ) as file:
            plan = await plan_import(work, file, settings=settings)
            return await _page(request, work, report=report_of_plan(plan, file=file.name))
    except FieldRefused as refusal:
        return await _page(request, work, refusal=str(refusal), status_code=422)


@router.post("/banque/promesses/importer")
async def import_file(
    request: Request, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Import the file, or show what is to be corrected."""
    settings = request.app.state.settings
    try:
        async with received_pledge_file(
            request, name=FILE_NAME, max_bytes=settings.max_pledge_file_bytes
        ) as file:
            done = await import_pledges(work, file, settings=settings, imported_by=session.person_id)
            return await _page(request, work, report=report_of_import(done, file=file.name))
    except LinesRefused as refusal:
        return await _page(
            request,
            work,
            refusal=str(refusal),
            errors=reported_errors(refusal.errors),
            status_code=422,
        )
    except FieldRefused as refusal:
        return await _page(request, work, refusal=str(refusal), status_code=422)


@router.get("/banque/promesses/imports/{import_id}.csv", dependencies=[allow(Role.TREASURER)])
async def download_result(import_id: UUID, request: Request, work: Transaction) -> Response:
    """The reference and the page of each line of an import."""
    return await result_of_import(work, import_id, public_url=request.app.state.settings.public_url)


async def _page(
    request: Request,
    work: Work,
    *,
    report: PledgeImportReport | None = None,
    refusal: str = "",
    errors: list[ReportedError] | None = None,
    status_code: int = 200,
) -> Response:
    settings = request.app.state.settings
    return templates.render(
        request,
        "import_pledges.html",
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        report=report,
        refusal=refusal,
        errors=report.errors if report else errors or [],
        imports=await newest_imports(work),
        most_lines=settings.max_imported_pledges,
        kinds=KIND_NAMES,
        commitments=COMMITMENT_NAMES,
        instruments={code: instrument.name for code, instrument in instruments().items()},
    )
