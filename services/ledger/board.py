"""The progress as many people watch it: read at most once a moment, whoever asks, and pushed when it changes.

With it goes the day on which the aim would be reached, which moves with days and not with moments: it is read once a
minute, and when a further day of the bank is proved, so that a crowd, and large books, do not feel it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

from services.ledger.domain.projection import CONFIDENCE_PERCENT, METHOD, METHOD_VERSION, Projection, State
from services.ledger.queries.progress import progress, stamped
from services.ledger.queries.projection import projection
from shared.database import Database, Work

FRESH_SECONDS = 0.3
"""A figure this old is as good as new; it makes a crowd cost the database three reads a second."""

PROJECTED_SECONDS = 60
"""A week's mean hardly moves in a minute, and reading it costs as much as seven reads of the figures (12 ms with a
million entries, measured)."""

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
        self._projection = Projection(State.TOO_EARLY)
        self._projected_at = float("-inf")
        self._projected_when_proved_on: str | None = None
        self._message = ""
        """The figures as a server-sent event, encoded once for all who follow; a new string when one changes."""

    async def current(self) -> dict[str, Any]:
        """The progress, at most `FRESH_SECONDS` old."""
        async with self._reading:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                async with self._database.begin() as work:
                    figures = await progress(work, target_minor=self._target_minor)
                    figures["projection"] = await self._projected(
                        work, figures["received_minor"], figures["received_proved_on"]
                    )
                self._latest = stamped(figures, datetime.now(UTC))
                if figures != self._figures:
                    self._figures = figures
                    self._message = (
                        f"event: progress\ndata: {json.dumps(self._latest, ensure_ascii=False)}\n\n"
                    )
                self._read_at = time.monotonic()
        return self._latest

    async def _projected(self, work: Work, received_minor: int, proved_on: str | None) -> dict[str, Any]:
        """As JSON has it, at most `PROJECTED_SECONDS` old; at once when the aim is reached or a further day is proved.

        Beside a proof up to a day, a projection that does not know of the day would contradict it for a minute.
        """
        is_old = time.monotonic() - self._projected_at > PROJECTED_SECONDS
        was_reached = self._projection.state is State.REACHED
        has_turned = was_reached != (received_minor >= self._target_minor)
        if is_old or has_turned or proved_on != self._projected_when_proved_on:
            self._projection = await projection(
                work, received_minor=received_minor, target_minor=self._target_minor
            )
            self._projected_at = time.monotonic()
            self._projected_when_proved_on = proved_on
        said = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self._projection._asdict().items()
        }
        return {
            **said,
            "confidence_percent": CONFIDENCE_PERCENT,
            "method_version": METHOD_VERSION,
            "method": METHOD,
        }

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
