"""Receives bank files over HTTP onto the disk: raw bodies or forms, counted while they come."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import BinaryIO, cast

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message

from services.pledges.domain.refusals import StatementTooLarge
from services.pledges.operations.import_statements import BankFile
from shared.web.errors import UserError

MOST_FILES = 50
"""Two months of daily statements in one go."""

FORM_BYTES = 100_000
"""What a form adds around its files."""


NO_STATEMENT = "Choisissez au moins un fichier de relevé."


@asynccontextmanager
async def received_files(
    request: Request,
    *,
    name: str,
    max_bytes: int,
    too_large: Callable[..., Exception] = StatementTooLarge,
    none_chosen: str = NO_STATEMENT,
) -> AsyncIterator[list[BankFile]]:
    """The files of a request; they are gone when the block ends. Raises `too_large` or UserError (`none_chosen`)."""
    limited = Request(request.scope, _limited(request, max_bytes=max_bytes, too_large=too_large))
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with limited.form(max_files=MOST_FILES) as form:
            uploads = [
                part for part in form.getlist("file") if isinstance(part, UploadFile) and part.filename
            ]
            if not uploads:
                raise UserError(none_chosen, status=422, code="no_file")
            yield [BankFile(cast(BinaryIO, part.file), _shown(part.filename or name)) for part in uploads]
    else:
        with tempfile.TemporaryFile() as content:
            async for piece in limited.stream():
                content.write(piece)
            content.seek(0)
            yield [BankFile(cast(BinaryIO, content), _shown(name))]


def _limited(  # type: ignore[no-untyped-def]  # ASGI's own `Receive`
    request: Request, *, max_bytes: int, too_large: Callable[..., Exception]
):
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > max_bytes + FORM_BYTES:
            raise too_large(max_bytes=max_bytes)
        return message

    return receive


def _shown(name: str) -> str:
    """A file's own name without its folders, bounded: it is shown and kept."""
    return name.replace("\\", "/").rpartition("/")[2][:120] or "relevé"
