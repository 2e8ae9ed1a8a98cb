"""Writes the books of a year as a file, and keeps what was given out: two exports of a year can be compared.

A year that is not closed may still get entries: its file says so by its name in the log, not in itself.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection
from datetime import date
from enum import StrEnum
from functools import partial
from typing import BinaryIO
from uuid import UUID

from services.ledger.domain import chart
from services.ledger.domain.chart import MEMO_CLASS
from services.ledger.formats.beancount import Beancount
from services.ledger.formats.exported import ExportedLine
from services.ledger.formats.fec import BROUGHT_FORWARD, Fec, FecEncoding, file_name
from services.ledger.queries.chart import labels_of
from services.ledger.queries.exported import Held, brought_forward, lines_of_period
from services.ledger.repository.exports import Export, add_export
from services.ledger.settings import Settings
from shared.database import Work
from shared.values import new_id
from shared.web.errors import UserError
from shared.web.kept_files import written


class ExportFormat(StrEnum):
    """What the books may be written as."""

    FEC = "fec"
    FEC_LATIN = "fec-iso-8859-15"
    BEANCOUNT = "beancount"


RESULT_CLASSES = ("6", "7")
"""Charges and income: at the end of a year they become its result, which the next one carries forward."""


async def export_books(
    work: Work, *, year: int, format: ExportFormat, settings: Settings, by: UUID | None
) -> tuple[Export, BinaryIO]:
    """The file, at its beginning, and what is kept of it. Raises UserError for a year to come or without a SIREN."""
    if year > work.now.year or year < 2000:
        raise UserError("Choisissez une année passée, ou celle-ci.", status=422, code="year_not_exported")
    if format is not ExportFormat.BEANCOUNT and settings.siren is None:
        raise UserError(
            "Un export au format FEC porte le SIREN de l’organisme : réglez MILLIARD_LEDGER_SIREN, puis recommencez.",
            status=409,
            code="siren_missing",
        )
    first, last = date(year, 1, 1), date(year, 12, 31)
    content = await written(partial(_WRITERS[format], work, first, last))
    digest, size = hashlib.sha256(), 0
    while piece := content.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    content.seek(0)
    export = Export(
        export_id=new_id(),
        year=year,
        format=format.value,
        file_name=_name(format, year, settings),
        sha256=digest.hexdigest(),
        size_bytes=size,
        made_by=by,
        made_at=work.now,
    )
    await add_export(work, export)
    return export, content


def _name(format: ExportFormat, year: int, settings: Settings) -> str:
    if format is ExportFormat.BEANCOUNT:
        return f"milliard-{year}.beancount"
    return file_name(settings.siren or "", date(year, 12, 31))


async def _fec(encoding: FecEncoding, work: Work, first: date, last: date, output: BinaryIO) -> None:
    labels = await labels_of(work)
    memo = [account for account in labels if account[0] == MEMO_CLASS]
    books = Fec(encoding, labels=labels)
    output.write(books.titles())
    output.writelines(books.entries(await _opening(work, first, without=memo)))
    async for lines in lines_of_period(work, first=first, last=last, without=memo):
        output.writelines(books.entries(lines))


async def _beancount(work: Work, first: date, last: date, output: BinaryIO) -> None:
    """With what came before as one transaction for each territory, memo accounts included."""
    books = Beancount(opened_on=first, labels=await labels_of(work))
    output.write(books.options().encode())
    before = [_carried(held, first) for held in await brought_forward(work, first=first)]
    output.writelines(text.encode() for text in books.transactions(before))
    async for lines in lines_of_period(work, first=first, last=last):
        output.writelines(text.encode() for text in books.transactions(lines))


async def _opening(work: Work, first: date, *, without: Collection[str]) -> list[ExportedLine]:
    """One entry for each territory: balance-sheet accounts as they stood, the results of earlier years in 110000."""
    carried: dict[tuple[str, str, str, str, str], int] = {}
    for held in await brought_forward(work, first=first, without=without):
        is_result = held.account.startswith(RESULT_CLASSES)
        account = chart.CARRIED_FORWARD if is_result else held.account
        key = held.territory, account, held.fund, held.instrument, held.currency
        carried[key] = carried.get(key, 0) + held.amount_minor
    return [_carried(Held(*key, amount), first) for key, amount in sorted(carried.items()) if amount]


def _carried(held: Held, first: date) -> ExportedLine:
    return ExportedLine(
        territory=held.territory,
        journal=BROUGHT_FORWARD,
        entry_number=1,
        entry_on=first,
        value_on=first,
        validated_on=first,
        document=f"RAN {first.year}",
        label=f"Reprise des soldes au {first:%d/%m/%Y}",
        account=held.account,
        fund=held.fund,
        instrument=held.instrument,
        currency=held.currency,
        amount_minor=held.amount_minor,
    )


Writer = Callable[[Work, date, date, BinaryIO], Awaitable[None]]

_WRITERS: dict[ExportFormat, Writer] = {
    ExportFormat.FEC: partial(_fec, FecEncoding.UTF_8),
    ExportFormat.FEC_LATIN: partial(_fec, FecEncoding.ISO_8859_15),
    ExportFormat.BEANCOUNT: _beancount,
}
