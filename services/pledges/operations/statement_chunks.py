"""Reads a bank file chunk by chunk, in a thread, one chunk ahead of the database."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from services.pledges.domain.account import ContentHash, line_uuid
from services.pledges.domain.matching import Candidate, candidate_references
from services.pledges.domain.statement import BankLine, StatementHeader, StatementTotals
from services.pledges.formats.camt import read_statements


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line with its id and the references that it bears."""

    line_id: UUID
    line: BankLine
    candidates: list[Candidate]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of one statement; the last chunk of each has its totals and the hash of its content."""

    header: StatementHeader
    lines: list[ReadLine]
    totals: StatementTotals | None = None
    content_hash: str = ""


def read_chunks(stream: BinaryIO, *, max_bytes: int, lines_per_chunk: int) -> Generator[Chunk, None, None]:
    """The statements of a file in order, each in chunks. Raises `BankFileRefused`, at any point."""
    header: StatementHeader
    content: ContentHash
    lines: list[ReadLine] = []
    for found in read_statements(stream, max_bytes=max_bytes):
        match found:
            case StatementHeader():
                header, content = found, ContentHash(found)
            case BankLine():
                content.add(found)
                lines.append(ReadLine(line_uuid(header, found), found, candidate_references(found)))
                if len(lines) == lines_per_chunk:
                    yield Chunk(header, lines)
                    lines = []
            case StatementTotals():
                yield Chunk(header, lines, found, content.hexdigest())
                lines = []


async def one_ahead(chunks: Generator[Chunk, None, None]) -> AsyncGenerator[Chunk, None]:
    """The chunks, each read while the one before is written. Close it: the file is read until then.

    One thread reads a whole file, first byte to last: lxml's parsers keep names in their thread's
    dictionary, and one that is fed by a pool's threads in turn corrupts memory.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="statement") as thread:
        reading = loop.run_in_executor(thread, next, chunks, None)
        try:
            while (chunk := await reading) is not None:
                reading = loop.run_in_executor(thread, next, chunks, None)
                yield chunk
        finally:
            with suppress(Exception):  # the first error is the one that is told
                await reading
            await loop.run_in_executor(thread, chunks.close)
