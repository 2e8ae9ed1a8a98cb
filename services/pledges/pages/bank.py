"""The bank desk: send statements, see what they brought, what waits and which statement is missing."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.payment_file import OrderStanding
from services.pledges.operations.export_lines import export_lines
from services.pledges.operations.import_files import ImportedFile, import_files
from services.pledges.operations.keep_notifications import ImportStatus
from services.pledges.operations.receive_files import received_files
from services.pledges.queries.bank import (
    newest_statements,
    open_alarms,
    statements_by_id,
)
from services.pledges.queries.bank_lines import BEGINNING, Beside, lines_of_statement, suspended_lines
from services.pledges.queries.notifications import LATE_AFTER, newest_notifications, waiting_notified
from services.pledges.queries.transfers import STOPPED, transfers
from shared.database import Database, Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
PRIVATE = {"Cache-Control": "no-store"}
Count = Annotated[int | None, Query(ge=0, le=100_000)]


class Brought(NamedTuple):
    """What an import brought: new and known reports, new notifications, sums detailed, entries that wait."""

    new: int = 0
    known: int = 0
    notifications: int = 0
    detailed: int = 0
    waiting: int = 0

    @classmethod
    def by(cls, files: Sequence[ImportedFile]) -> "Brought":
        statuses = [one.status for file in files for one in file.statements]
        notifications = [one for file in files for one in file.notifications]
        new = {one.notification_id for one in notifications if one.status is ImportStatus.IMPORTED}
        return cls(
            new=statuses.count(ImportStatus.IMPORTED),
            known=[*statuses, *(one.status for one in notifications)].count(ImportStatus.ALREADY_IMPORTED),
            notifications=len(new),
            detailed=sum(file.detailed_entries for file in files),
            waiting=sum(one.waiting_count for one in notifications if one.notification_id in new),
        )

    def written(self) -> str:
        """As the address says it."""
        said = {"importes": self.new, "connus": self.known}
        if self.notifications or self.detailed:
            said |= {"avis": self.notifications, "detaillees": self.detailed, "attendent": self.waiting}
        return urlencode(said)


@router.get("/banque", dependencies=[allow(Role.TREASURER)])
async def show_desk(
    request: Request,
    work: Transaction,
    importes: Count = None,
    connus: Count = None,
    apres: UUID | None = None,
    avant: UUID | None = None,
    avis: Count = None,
    detaillees: Count = None,
    attendent: Count = None,
) -> Response:
    """The desk; after an import, how many statements and notifications were new, and what these detailed.

    `apres`, `avant`: the line beside which the page of waiting lines stands.
    """
    brought = Brought(importes or 0, connus or 0, avis or 0, detaillees or 0, attendent or 0)
    return await _desk(request, work, brought=brought, beside=Beside(apres, avant))


@router.post("/banque")
async def send_files(request: Request, session: Session = allow(Role.TREASURER)) -> Response:
    """Import the chosen files, each whole or not at all; sending the same ones again changes nothing."""
    settings, database = request.app.state.settings, request.app.state.database
    async with received_files(request, name="relevé.xml", max_bytes=settings.max_statement_bytes) as files:
        imported, refused = await import_files(
            database, files, settings=settings, imported_by=session.person_id
        )
    brought = Brought.by(imported)
    if refused:
        return await _desk_with_refusals(request, database, refused, brought=brought)
    return RedirectResponse(f"/banque?{brought.written()}", status_code=303)


@router.get("/banque/lignes.csv", dependencies=[allow(Role.TREASURER)])
async def export_bank_lines(work: Transaction, du: date, au: date) -> Response:
    """The lines booked in a period as CSV, for an accountant."""
    return await export_lines(work, first=du, last=au)


@router.get("/banque/releves/{statement_id}", dependencies=[allow(Role.TREASURER)])
async def show_statement(
    statement_id: UUID,
    request: Request,
    work: Transaction,
    apres: UUID | None = None,
    avant: UUID | None = None,
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
        page=await lines_of_statement(work, statement_id, Beside(apres, avant)),
    )


async def _desk_with_refusals(
    request: Request, database: Database, refused: list[str], *, brought: Brought
) -> Response:
    async with database.begin() as work:
        return await _desk(request, work, refused=refused, brought=brought)


async def _desk(
    request: Request,
    work: Work,
    *,
    refused: list[str] | None = None,
    brought: Brought,
    beside: Beside = BEGINNING,
) -> Response:
    suspense = await suspended_lines(work, beside)
    if not suspense.lines:  # what stood there has left since
        suspense = await suspended_lines(work)
    return templates.render(
        request,
        "bank.html",
        status_code=422 if refused else 200,
        headers=PRIVATE,
        refused=refused or [],
        brought=brought,
        statements=await newest_statements(work, limit=60),
        suspense=suspense,
        alarms=await open_alarms(work),
        transfers=await transfers(work, OrderStanding.TO_MAKE),
        in_files=await transfers(work, OrderStanding.IN_FILE),
        stopped=await transfers(work, *STOPPED),
        late=await waiting_notified(work, since=LATE_AFTER),
        late_days=LATE_AFTER.days,
        notifications=await newest_notifications(work),
    )
