"""Imports a bank file: all of it in one transaction, or nothing of it.

A statement is known by its account and the bank's own id. The same content again changes nothing; other content
under the same id is refused, and so is what another statement tells already. Notifications are kept beside them, and
say what sums in suspense are made of.
"""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, NamedTuple
from uuid import UUID

import structlog

from services.pledges.domain.account import (
    DaysToldTwice,
    StatementChanged,
    StatementRenamed,
    UnknownAccount,
    account_name,
    statement_uuid,
)
from services.pledges.domain.days_told import DaysTold, told_before
from services.pledges.domain.reconciliation import Fate
from services.pledges.domain.statement import StatementHeader, StatementTotals
from services.pledges.operations.detail_lumps import detail_lumps
from services.pledges.operations.keep_notifications import ImportStatus, KeptNotifications
from services.pledges.operations.reading_apart import read_apart
from services.pledges.operations.reconcile_lines import reconcile_lines
from services.pledges.operations.statement_chunks import Chunk
from services.pledges.repository.statements import (
    add_statement,
    content_hash_of,
    lock_imports,
    renamed_from,
    review_gaps,
    statements_with_gap,
    telling_some_of,
)
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import StatementImported
from shared.values import NATIONAL

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BankFile:
    """An uploaded file, on disk, with the name that it came under."""

    content: BinaryIO
    name: str


class Imported(NamedTuple):
    """What a file had, in its order, and how many sums in suspense its import detailed."""

    statements: dict[UUID, ImportStatus]
    notifications: dict[UUID, ImportStatus]
    detailed_entries: int


async def import_statements(
    work: Work, file: BankFile, *, settings: Settings, imported_by: UUID | None
) -> Imported:
    """The statements and the notifications of the file.

    Raises `BankFileRefused`, `ImportUnderWay` or `ReadingStopped`: roll back.
    """
    await lock_imports(work)
    import_ = _Import(work, file_name=file.name, settings=settings, imported_by=imported_by)
    chunks = read_apart(
        file.content, max_bytes=settings.max_statement_bytes, lines_per_chunk=settings.lines_per_chunk
    )
    notified = KeptNotifications(work, file_name=file.name, settings=settings, imported_by=imported_by)
    async with aclosing(chunks):
        async for chunk in chunks:
            if isinstance(chunk, Chunk):
                await import_.take(chunk)
            else:
                await notified.take(chunk)
    await import_.conclude()
    ibans = {chunk.header.iban for chunk in import_.whole.values()} | notified.ibans
    detailed_entries = await detail_lumps(work, ibans=list(ibans)) if ibans else 0
    log.info(
        "bank_file_imported",
        statements=len(import_.statuses),
        new_statements=len(import_.whole),
        notifications=len(notified.statuses),
        detailed_entries=detailed_entries,
        lines=sum(chunk.totals.lines for chunk in import_.whole.values() if chunk.totals),
    )
    return Imported(import_.statuses, notified.statuses, detailed_entries)


class _Import:
    """One file on its way in. `whole`: the last chunk of each new statement, which has its totals."""

    def __init__(self, work: Work, *, file_name: str, settings: Settings, imported_by: UUID | None) -> None:
        self._work = work
        self._file_name = file_name
        self._settings = settings
        self._imported_by = imported_by
        self._statement_id: UUID | None = None
        self._known_hash: str | None = None
        self._counts: Counter[Fate] = Counter()
        self._booked: set[date] = set()
        self.statuses: dict[UUID, ImportStatus] = {}
        self.whole: dict[UUID, Chunk] = {}

    async def take(self, chunk: Chunk) -> None:
        if self._statement_id is None:
            await self._open(chunk)
        assert self._statement_id is not None
        if self._known_hash is None:
            self._counts += await reconcile_lines(self._work, chunk, statement_id=self._statement_id)
            self._booked |= {line.booked_on for line in chunk.lines}
        if chunk.totals is not None:
            await self._close(self._statement_id, chunk)
            self._statement_id = None

    async def conclude(self) -> None:
        """Once all statements are in, say which of the new ones follow the one before them."""
        ibans = list({chunk.header.iban for chunk in self.whole.values()})
        await review_gaps(self._work, ibans=ibans, now=self._work.now)
        gaps = await statements_with_gap(self._work, statement_ids=list(self.whole))
        for statement_id, chunk in self.whole.items():
            self._work.record(_statement_imported(statement_id, chunk, follows=statement_id not in gaps))

    async def _open(self, chunk: Chunk) -> None:
        if chunk.header.iban not in self._settings.account_ibans:
            raise UnknownAccount(iban=chunk.header.iban)
        self._statement_id = statement_uuid(chunk.header)
        self._known_hash = await content_hash_of(self._work, self._statement_id)
        self._counts = Counter()
        self._booked = set()

    async def _close(self, statement_id: UUID, chunk: Chunk) -> None:
        assert chunk.totals is not None
        if self._known_hash is not None:
            if chunk.content_hash != self._known_hash:
                raise StatementChanged(statement_id=chunk.header.statement_id)
            self.statuses.setdefault(statement_id, ImportStatus.ALREADY_IMPORTED)
            return
        await add_statement(
            self._work,
            statement_id=statement_id,
            header=chunk.header,
            totals=chunk.totals,
            counts=self._counts,
            told=await self._told_once(statement_id, chunk.header, chunk.totals) if self._booked else None,
            content_hash=chunk.content_hash,
            file_name=self._file_name,
            imported_by=self._imported_by,
        )
        self.statuses[statement_id] = ImportStatus.IMPORTED
        self.whole[statement_id] = Chunk(chunk.header, [], chunk.totals)

    async def _told_once(
        self, statement_id: UUID, header: StatementHeader, totals: StatementTotals
    ) -> DaysTold:
        """The days that a statement tells. Raises StatementRenamed, DaysToldTwice."""
        if earlier_id := await renamed_from(self._work, statement_id, header, totals):
            raise StatementRenamed(statement_id=header.statement_id, earlier_id=earlier_id)
        told = DaysTold.of(header, sorted(self._booked))
        if earlier := told_before(told, await telling_some_of(self._work, told, iban=header.iban)):
            raise DaysToldTwice(
                statement_id=told.statement_id,
                norm=told.norm,
                earlier_id=earlier.statement_id,
                earlier_norm=earlier.norm,
            )
        return told


def _statement_imported(statement_id: UUID, chunk: Chunk, *, follows: bool) -> StatementImported:
    header, totals = chunk.header, chunk.totals
    assert totals is not None
    return StatementImported(
        territory=NATIONAL,
        statement_id=statement_id,
        account=account_name(header.iban),
        opening_minor=header.opening_minor,
        closing_minor=header.closing_minor,
        currency=header.currency,
        opening_on=header.opening_on,
        closing_on=header.closing_on,
        line_count=totals.lines,
        credit_minor=totals.credits_minor,
        debit_minor=totals.debits_minor,
        follows_previous=follows,
    )
