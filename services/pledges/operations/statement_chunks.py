"""A bank file, chunk by chunk."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import BinaryIO

from services.pledges.domain.account import ContentHash
from services.pledges.domain.statement import BankLine, StatementHeader, StatementTotals
from services.pledges.formats.bank_file import read_statements


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of one statement; the last chunk of each has its totals and the hash of its content."""

    header: StatementHeader
    lines: list[BankLine]
    totals: StatementTotals | None = None
    content_hash: str = ""


def read_chunks(stream: BinaryIO, *, max_bytes: int, lines_per_chunk: int) -> Generator[Chunk, None, None]:
    """The statements of a file on disk in order, each in chunks. Raises `BankFileRefused`, at any point."""
    header: StatementHeader
    content: ContentHash
    lines: list[BankLine] = []
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
