"""A file to keep, written to the disk at one moment; who asked reads it as slowly as they like."""

import tempfile
from collections.abc import Awaitable, Callable, Iterator
from typing import BinaryIO, TypeVar, cast

from fastapi.responses import StreamingResponse

PIECE_BYTES = 64 * 1024


class KeptFile(StreamingResponse):
    """A file to keep."""


class CsvFile(KeptFile):
    """A table to keep."""

    media_type = "text/csv"


class TextFile(KeptFile):
    """Lines to keep."""

    media_type = "text/plain"


File = TypeVar("File", bound=KeptFile)


async def csv_file(write: Callable[[BinaryIO], Awaitable[None]], *, name: str) -> CsvFile:
    """What `write` writes, as a table of this name. Raises what it raises."""
    return kept(CsvFile, await written(write), name=name)


async def written(write: Callable[[BinaryIO], Awaitable[None]]) -> BinaryIO:
    """What `write` writes, on the disk and at its beginning; closing it removes it. Raises what it raises."""
    content = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed when it was sent
    try:
        await write(content)
    except BaseException:
        content.close()
        raise
    content.seek(0)
    return content


def kept(kind: type[File], content: BinaryIO, *, name: str) -> File:
    """A file of this name, closed when it was sent."""
    return kind(
        _pieces(content),
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while piece := content.read(PIECE_BYTES):
            yield piece
