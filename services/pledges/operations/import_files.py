"""Imports received files, each in its own transaction: one that is refused says nothing about the others."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.pledges.domain.refusals import BankFileRefused
from services.pledges.operations.import_statements import BankFile, import_statements
from services.pledges.operations.keep_notifications import ImportStatus
from services.pledges.operations.reading_apart import ReadingStopped
from services.pledges.queries.bank import StatementView, statements_by_id
from services.pledges.queries.notifications import NotificationView, notifications_by_id
from services.pledges.repository.statements import ImportUnderWay
from services.pledges.settings import Settings
from shared.database import Database

log = structlog.get_logger(__name__)


class ImportedStatement(StatementView):
    """A statement and what this import did with it."""

    status: ImportStatus


class ImportedNotification(NotificationView):
    """A notification and what this import did with it."""

    status: ImportStatus


class ImportedFile(BaseModel):
    """What became of one file. `detailed_entries`: sums in suspense that found what they are made of by its import."""

    file: str
    statements: list[ImportedStatement]
    notifications: list[ImportedNotification] = []
    detailed_entries: int = 0


async def import_file(
    database: Database, file: BankFile, *, settings: Settings, imported_by: UUID | None
) -> ImportedFile:
    """Import one file and commit.

    Raises `BankFileRefused`, `ImportUnderWay` or `ReadingStopped`: nothing has changed then.
    """
    try:
        async with database.begin() as work:
            imported = await import_statements(work, file, settings=settings, imported_by=imported_by)
            statements = await statements_by_id(work, list(imported.statements))
            notifications = await notifications_by_id(work, list(imported.notifications))
    except BankFileRefused as refusal:
        log.warning("bank_file_refused", refusal=type(refusal).__name__)
        raise
    except ReadingStopped as error:
        log.error("bank_file_not_read", error=str(error))
        raise
    return ImportedFile(
        file=file.name,
        statements=[
            ImportedStatement(status=imported.statements[view.statement_id], **view.model_dump())
            for view in statements
        ],
        notifications=[
            ImportedNotification(status=imported.notifications[view.notification_id], **view.model_dump())
            for view in notifications
        ],
        detailed_entries=imported.detailed_entries,
    )


async def import_files(
    database: Database, files: Sequence[BankFile], *, settings: Settings, imported_by: UUID | None
) -> tuple[list[ImportedFile], list[str]]:
    """Import files one after the other: those that are in, and one sentence for each that was refused."""
    imported: list[ImportedFile] = []
    refused: list[str] = []
    for file in files:
        try:
            imported.append(await import_file(database, file, settings=settings, imported_by=imported_by))
        except (BankFileRefused, ImportUnderWay, ReadingStopped) as refusal:
            refused.append(f"{file.name} : {refusal}")
    return imported, refused
