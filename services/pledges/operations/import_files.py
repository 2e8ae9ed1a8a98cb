"""Imports received files, each in its own transaction: one that is refused says nothing about the others."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.pledges.domain.refusals import BankFileRefused
from services.pledges.operations.import_statements import BankFile, ImportStatus, import_statements
from services.pledges.operations.reading_apart import ReadingStopped
from services.pledges.queries.bank import StatementView, statements_by_id
from services.pledges.repository.statements import ImportUnderWay
from services.pledges.settings import Settings
from shared.database import Database

log = structlog.get_logger(__name__)


class ImportedStatement(StatementView):
    """A statement and what this import did with it."""

    status: ImportStatus


class ImportedFile(BaseModel):
    """What became of one file."""

    file: str
    statements: list[ImportedStatement]


async def import_file(
    database: Database, file: BankFile, *, settings: Settings, imported_by: UUID | None
) -> ImportedFile:
    """Import one file and commit.

    Raises `BankFileRefused`, `ImportUnderWay` or `ReadingStopped`: nothing has changed then.
    """
    try:
        async with database.begin() as work:
            statuses = await import_statements(work, file, settings=settings, imported_by=imported_by)
            views = await statements_by_id(work, list(statuses))
    except BankFileRefused as refusal:
        log.warning("bank_file_refused", refusal=type(refusal).__name__)
        raise
    except ReadingStopped as error:
        log.error("bank_file_not_read", error=str(error))
        raise
    statements = [
        ImportedStatement(status=statuses[view.statement_id], **view.model_dump()) for view in views
    ]
    return ImportedFile(file=file.name, statements=statements)


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
