"""What was given out of the books: only ever added."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.database import Work


class Export(NamedTuple):
    """A file that was written; `made_by` is None for the command line's local key."""

    export_id: UUID
    year: int
    format: str
    file_name: str
    sha256: str
    size_bytes: int
    made_by: UUID | None
    made_at: datetime


async def add_export(work: Work, export: Export) -> None:
    """Write down that a file was written."""
    await work.execute(
        "insert into exports (export_id, year, format, file_name, sha256, size_bytes, made_by, made_at)"
        " values (:export_id, :year, :format, :file_name, :sha256, :size_bytes, :made_by, :made_at)",
        **export._asdict(),
    )


async def exports_made(work: Work, *, at_most: int = 100) -> list[Export]:
    """The newest first."""
    found = await work.execute(
        "select export_id, year, format, file_name, sha256, size_bytes, made_by, made_at from exports"
        " order by made_at desc, export_id desc limit :at_most",
        at_most=at_most,
    )
    return [Export._make(row) for row in found]
