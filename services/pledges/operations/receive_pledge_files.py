"""Receives one file of pledges over HTTP: the body, or the field `file` of a form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

from services.pledges.domain.pledge_file import PledgeFileTooLarge
from services.pledges.operations.import_statements import BankFile
from services.pledges.operations.receive_files import received_files
from shared.web.errors import UserError


@asynccontextmanager
async def received_pledge_file(request: Request, *, name: str, max_bytes: int) -> AsyncIterator[BankFile]:
    """The file of a request; it is gone when the block ends. Raises PledgeFileTooLarge or UserError."""
    async with received_files(
        request,
        name=name,
        max_bytes=max_bytes,
        too_large=PledgeFileTooLarge,
        none_chosen="Choisissez un fichier de promesses.",
    ) as files:
        if len(files) > 1:
            raise UserError("Envoyez un seul fichier par demande.", status=422, code="several_files")
        yield files[0]
