"""Reads the bank file on standard input, in a process of its own, and writes its chunks on standard output.

`python -m services.pledges.operations.statement_reader MAX_BYTES LINES_PER_CHUNK`, run by `reading_apart`. Each message
is a kind (one byte), a length (four bytes, big-endian) and JSON; the last one says how it ended.
"""

import fcntl
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO

from pydantic_core import to_json

from services.pledges.domain.refusals import BankFileRefused
from services.pledges.operations.statement_chunks import Chunk, read_chunks

HEAD = Struct(">cI")
CHUNK = b"c"
"""A `Chunk`; fields that are None are left out."""

NOTIFICATION = b"n"
"""A `NotificationChunk`, in the same way."""

FINISHED = b"f"
REFUSED = b"r"
"""The refusal's class and its sentence."""

BROKEN = b"b"
"""Where and by which error: neither its message nor its values, which may be a person's."""

PIPE_BYTES = 1024 * 1024
"""Room for a whole chunk on its way (Linux; 64 kB elsewhere): it waits there while the service is at work."""


def main(source: BinaryIO, target: BinaryIO, *, max_bytes: int, lines_per_chunk: int) -> None:
    """Write every chunk of the source, each while the next one is read, then how it ended."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        writing: Future[None] | None = None
        for kind, content in _messages(source, max_bytes=max_bytes, lines_per_chunk=lines_per_chunk):
            message = to_json(content, exclude_none=True)
            if writing is not None:
                writing.result()
            writing = thread.submit(_write, target, kind, message)


def _messages(source: BinaryIO, *, max_bytes: int, lines_per_chunk: int) -> Iterator[tuple[bytes, Any]]:
    try:
        for chunk in read_chunks(source, max_bytes=max_bytes, lines_per_chunk=lines_per_chunk):
            yield CHUNK if isinstance(chunk, Chunk) else NOTIFICATION, chunk
    except BankFileRefused as refusal:
        yield REFUSED, (type(refusal).__name__, str(refusal))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield BROKEN, f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"
    else:
        yield FINISHED, None


def _write(target: BinaryIO, kind: bytes, message: bytes) -> None:
    target.write(HEAD.pack(kind, len(message)) + message)
    target.flush()


if __name__ == "__main__":
    with suppress(AttributeError, OSError):  # where a pipe has one size, or an administrator allows less
        fcntl.fcntl(sys.stdout, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    main(sys.stdin.buffer, sys.stdout.buffer, max_bytes=int(sys.argv[1]), lines_per_chunk=int(sys.argv[2]))
