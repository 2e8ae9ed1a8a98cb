"""One transaction for one request: the route works in it, and it is committed before the answer is sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from shared.database import Work


async def _transaction(request: Request) -> AsyncIterator[Work]:
    async with request.app.state.database.begin() as work:
        yield work


Transaction = Annotated[Work, Depends(_transaction, scope="function")]
"""The work of a request. `scope="function"`: a failed commit is an error, never an answer that was not true."""
