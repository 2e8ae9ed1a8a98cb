"""Has a bank file read by a process of its own, a few chunks ahead of the database.

A file comes from outside: what it does to its parser, it does to a process that holds nothing else. The service answers
its pages meanwhile, and matches lines on another core.
"""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import BinaryIO

from pydantic import TypeAdapter
from pydantic_core import from_json

from services.pledges.domain.refusals import refusal_named
from services.pledges.operations.statement_chunks import Chunk, NotificationChunk
from services.pledges.operations.statement_reader import BROKEN, FINISHED, HEAD, NOTIFICATION, REFUSED

READER = "services.pledges.operations.statement_reader"

AHEAD_BYTES = 1024 * 1024
"""What may wait here of the process's answer: a chunk of a thousand lines has some 600 kB."""

ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What Python may need to start. The rest is addresses and passwords of the service."""

_CHUNK = TypeAdapter(Chunk)
_NOTIFICATION = TypeAdapter(NotificationChunk)


class ReadingStopped(Exception):
    """The process that reads a file ended before the file did: killed, out of memory, or by a mistake of ours."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"La lecture du fichier s’est interrompue ({cause}). Rien n’a été importé : réessayez, et signalez-le"
            " si cela se répète."
        )


async def read_apart(
    file: BinaryIO, *, max_bytes: int, lines_per_chunk: int
) -> AsyncGenerator[Chunk | NotificationChunk, None]:
    """The chunks of a file on disk, as `read_chunks` gives them. Close the generator: the file is read until then.

    Raises `BankFileRefused`, at any point, and `ReadingStopped`.
    """
    file.seek(0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", READER, str(max_bytes), str(lines_per_chunk)),
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # it says what it has to say in its last message
        limit=AHEAD_BYTES,
        env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        start_new_session=True,  # a Ctrl-C is for the service, which ends its imports itself
    )
    coming = asyncio.create_task(_next_chunk(process))
    try:
        while (chunk := await coming) is not None:
            coming = asyncio.create_task(_next_chunk(process))  # while the database is at work on this one
            yield chunk
    finally:
        coming.cancel()
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.gather(coming, return_exceptions=True)
        await process.wait()


async def _next_chunk(process: Process) -> Chunk | NotificationChunk | None:
    """What the process's next message says: a chunk, or None once the file ended. Raises as `read_apart` does."""
    assert process.stdout, "it was asked for"
    try:
        kind, size = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
        message = await process.stdout.readexactly(size)
    except asyncio.IncompleteReadError:
        raise ReadingStopped(f"code {await process.wait()}") from None
    if kind == FINISHED:
        return None
    if kind == REFUSED:
        raise refusal_named(*from_json(message))
    if kind == BROKEN:
        raise ReadingStopped(from_json(message))
    return (_NOTIFICATION if kind == NOTIFICATION else _CHUNK).validate_json(message)
