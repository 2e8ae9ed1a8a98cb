"""Imported files of pledges, and their result: the reference and the page of each line, as CSV.

Written as French spreadsheets open it; a cell that one would run as a formula begins with an apostrophe.
"""

from codecs import BOM_UTF8
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from pydantic import BaseModel

from shared.database import Work
from shared.database.csv_cells import harmless

SHOWN_IMPORTS = 20


class PledgeImportView(BaseModel):
    """A file that was imported; `amount_minor` is what its new pledges sum to."""

    import_id: UUID
    file_name: str
    line_count: int
    new_count: int
    amount_minor: int
    imported_at: datetime


async def newest_imports(work: Work) -> list[PledgeImportView]:
    """The files that were imported last, the newest first."""
    rows = await work.execute(
        "select import_id, file_name, line_count, new_count, amount_minor, imported_at from pledge_imports"
        " order by imported_at desc, import_id desc limit :limit",
        limit=SHOWN_IMPORTS,
    )
    return [PledgeImportView.model_validate(dict(row)) for row in rows.mappings()]


async def import_by_id(work: Work, import_id: UUID) -> PledgeImportView | None:
    """One file."""
    rows = await work.execute(
        "select import_id, file_name, line_count, new_count, amount_minor, imported_at from pledge_imports"
        " where import_id = :import_id",
        import_id=import_id,
    )
    row = rows.mappings().first()
    return PledgeImportView.model_validate(dict(row)) if row else None


_RESULT = f"""
    select line.line_number as "Ligne",
        {harmless("line.identifier")} as "Identifiant",
        pledge.territory as "Territoire",
        pledge.amount_minor / 100 || ',' || lpad((pledge.amount_minor % 100)::text, 2, '0') as "Montant",
        pledge.reference as "Référence",
        $2 || '/promesses/' || pledge.pledge_id as "Page",
        case when line.is_new then 'nouvelle' else 'déjà connue' end as "Promesse"
    from pledge_import_lines as line join pledges as pledge using (territory, pledge_id)
    where line.import_id = $1 order by line.line_number
"""  # noqa: S608 - columns of the code


async def write_result(work: Work, output: BinaryIO, *, import_id: UUID, public_url: str) -> None:
    """Write the lines of an import, with a line of titles."""
    output.write(BOM_UTF8)
    await work.copy_out(_RESULT, import_id, public_url, output=output)
