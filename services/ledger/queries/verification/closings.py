"""Closed periods are closed everywhere."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.queries.verification.found import Verification

Closings = list[tuple[date, datetime]]
"""Closed days, each with the moment when the books were closed up to it."""


async def verify_closings(connection: AsyncConnection, heads: Sequence[Any], found: Verification) -> Closings:
    """Every chain is closed up to the last closing; returns all closings."""
    closings = (await connection.execute(text("select closed_through, closed_at from closings"))).all()
    last = max((row.closed_through for row in closings), default=None)
    found.problems += [
        f"territoire {head.territory} : la chaîne est close jusqu’au {head.closed_through},"
        f" les comptes jusqu’au {last}."
        for head in heads
        if head.closed_through != last
    ]
    return [(row.closed_through, row.closed_at) for row in closings]
