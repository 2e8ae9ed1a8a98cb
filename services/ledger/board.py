"""The progress as many people watch it: read at most once a moment, whoever asks, and pushed when it changes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from services.ledger.queries.progress import progress, stamped
from shared.database import Database

FRESH_SECONDS = 0.3
"""A figure this old is as good as new; it makes a crowd cost the database three reads a second."""

HEARTBEAT_SECONDS = 15
"""Proxies close silent connections after 30 to 60 seconds."""


class Board:
    """The latest progress, and those who follow it."""

    def __init__(self, *, database: Database, target_minor: int) -> None:
        self._database = database
        self._target_minor = target_minor
        self._reading = asyncio.Lock()
        self._read_at = float("-inf")
        self._figures: dict[str, Any] = {}
        self._latest: dict[str, Any] = {}
        self._message = ""
        """The figures as a server-sent event, encoded once for all who follow; a new string when one changes."""

    async def current(self) -> dict[str, Any]:
        """The progress, at most `FRESH_SECONDS` old."""
        async with self._reading:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                async with self._database.begin() as work:
                    figures = await progress(work, target_minor=self._target_minor)
                self._latest = stamped(figures, datetime.now(UTC))
                if figures != self._figures:
                    self._figures = figures
                    self._message = (
                        f"event: progress\ndata: {json.dumps(self._latest, ensure_ascii=False)}\n\n"
                    )
                self._read_at = time.monotonic()
        return self._latest

    async def follow(self) -> AsyncIterator[str]:
        """Server-sent events: the progress now, then each time that a figure changes."""
        seen = ""
        spoke_at = 0.0
        while True:
            await self.current()
            if self._message is not seen:
                seen = self._message
                spoke_at = time.monotonic()
                yield seen
            elif time.monotonic() - spoke_at > HEARTBEAT_SECONDS:
                spoke_at = time.monotonic()
                yield ": still here\n\n"
            await asyncio.sleep(FRESH_SECONDS)
