"""Exports bank lines as one file on disk, seen at one moment; who asked reads it as slowly as they like."""

import tempfile
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, cast

from fastapi.responses import StreamingResponse

from services.pledges.queries.export import write_lines
from shared.database import Work
from shared.web.errors import UserError

PIECE_BYTES = 64 * 1024


class CsvFile(StreamingResponse):
    """A file to keep."""

    media_type = "text/csv"


async def export_lines(work: Work, *, first: date, last: date) -> CsvFile:
    """The lines booked in a period as a CSV file to keep. Raises UserError for a period that ends before it begins."""
    if first > last:
        raise UserError(
            "La période finit avant d’avoir commencé : inversez les deux dates.",
            status=422,
            code="empty_period",
        )
    content = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed when it was sent
    try:
        await write_lines(work, content, first=first, last=last)
    except BaseException:
        content.close()
        raise
    content.seek(0)
    return CsvFile(
        _pieces(content),
        headers={
            "Content-Disposition": f'attachment; filename="lignes-{first}-{last}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while piece := content.read(PIECE_BYTES):
            yield piece
