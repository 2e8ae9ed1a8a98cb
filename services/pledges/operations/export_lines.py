"""Exports the bank lines of a period as one file, seen at one moment."""

from datetime import date
from functools import partial

from services.pledges.queries.export import write_lines
from shared.database import Work
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile, csv_file


async def export_lines(work: Work, *, first: date, last: date) -> CsvFile:
    """The lines booked in a period as a CSV file to keep. Raises UserError for a period that ends before it begins."""
    if first > last:
        raise UserError(
            "La période finit avant d’avoir commencé : inversez les deux dates.",
            status=422,
            code="empty_period",
        )
    return await csv_file(
        partial(write_lines, work, first=first, last=last), name=f"lignes-{first}-{last}.csv"
    )
