"""A bank file, chunk by chunk."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import BinaryIO

from services.pledges.domain.account import ContentHash
from services.pledges.domain.notification import (
    DetailedEntry,
    NotificationHeader,
    NotificationTotals,
    NotifiedEntry,
)
from services.pledges.domain.statement import BankLine, StatementHeader, StatementTotals
from services.pledges.formats.bank_file import read_statements


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of one statement; the last chunk of each has its totals and the hash of its content."""

    header: StatementHeader
    lines: list[BankLine]
    totals: StatementTotals | None = None
    content_hash: str = ""


@dataclass(slots=True)
class NotificationChunk:
    """Entries of one notification and details of them, by `entry_index`; the last chunk of each is as a statement's.

    An entry comes before its details, which may be in later chunks.
    """

    notification: NotificationHeader
    entries: list[NotifiedEntry] = field(default_factory=list)
    details: list[BankLine] = field(default_factory=list)
    totals: NotificationTotals | None = None
    content_hash: str = ""

    def __len__(self) -> int:
        return len(self.entries) + len(self.details)


def read_chunks(
    stream: BinaryIO, *, max_bytes: int, lines_per_chunk: int
) -> Generator[Chunk | NotificationChunk, None, None]:
    """The reports of a file on disk in order, each in chunks. Raises `BankFileRefused`, at any point."""
    header: StatementHeader
    content: ContentHash
    lines: list[BankLine] = []
    notified: NotificationChunk
    for found in read_statements(stream, max_bytes=max_bytes):
        match found:
            case StatementHeader():
                header, content = found, ContentHash(found)
            case BankLine():
                content.add(found)
                lines.append(found)
                if len(lines) == lines_per_chunk:
                    yield Chunk(header, lines)
                    lines = []
            case StatementTotals():
                yield Chunk(header, lines, found, content.hexdigest())
                lines = []
            case NotificationHeader():
                notified, content = NotificationChunk(found), ContentHash(found)
            case DetailedEntry(entry, details):
                content.add_said(entry)  # with the digest of its details
                notified.entries.append(entry)
                for start in range(0, max(len(details), 1), lines_per_chunk):
                    notified.details += details[start : start + lines_per_chunk]
                    if len(notified) >= lines_per_chunk:  # up to twice as many
                        yield notified
                        notified = NotificationChunk(notified.notification)
            case NotificationTotals():
                notified.totals, notified.content_hash = found, content.hexdigest()
                yield notified
