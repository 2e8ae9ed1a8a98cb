"""The delivery: a task that takes due letters, sends them one by one, and writes down what became of each.

It is an edge, as a lane is: it begins and commits its own transactions. The mail server being away pauses the
delivery and counts for no letter; a refused letter rests or is given up, and the others go on.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.notifications.domain import MailServerAway, SendingFailed
from services.notifications.operations import Sending, close_sent, put_back_unsent, settle_failure
from services.notifications.repository import claim_letters, expire_letters
from services.notifications.smtp import MailServer
from shared.database import Database

log = structlog.get_logger(__name__)

BATCH = 20
"""Letters taken at once: few, since a sender that dies leaves them lying for `HELD_FOR`."""

STARTS_WITHIN = timedelta(seconds=45)
HELD_FOR = timedelta(minutes=3)
"""A batch is begun for 45 s at most, and one sending takes at most a timeout for each of its six commands:
when the hold is over, the sender is dead. A sign-in link (15 minutes) survives that wait."""

EXPIRY_ROUND = timedelta(minutes=1)
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
"""While the mail server or the database is away. A minute is soon enough after a long absence."""


class Delivery:
    """Sends letters until it is cancelled. `due` is set when there may be something to send."""

    def __init__(
        self,
        *,
        database: Database,
        server: MailServer,
        sending: Sending,
        due: asyncio.Event,
        attempts: int,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._server = server
        self._sending = sending
        self._attempts = attempts
        self._poll_seconds = poll_seconds
        self._due = due
        self._expired_at: datetime | None = None

    async def run(self) -> None:
        """Deliver for ever. What fails is logged by its kind only: messages could hold an address."""
        pause = SHORTEST_PAUSE_SECONDS
        try:
            while True:
                try:
                    sent_any = await self.deliver_due()
                except MailServerAway as away:
                    log.warning("mail_server_away", reason=str(away), pause_seconds=pause)
                except Exception as error:
                    log.error("delivery_failed", error=type(error).__name__, pause_seconds=pause)
                else:
                    pause = SHORTEST_PAUSE_SECONDS
                    if not sent_any:
                        await self._wait()
                    continue
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            await self._server.close()

    async def deliver_due(self) -> bool:
        """Send one batch of due letters; returns whether there was any. Raises MailServerAway."""
        self._due.clear()
        async with self._database.begin() as work:
            if self._expired_at is None or work.now - self._expired_at > EXPIRY_ROUND:
                self._expired_at = work.now
                if count := await expire_letters(work):
                    log.info("letters_expired", count=count)
            letters = await claim_letters(work, at_most=BATCH, held_for=HELD_FOR)
            begun_before = work.now + STARTS_WITHIN
        await self._send_all(letters, begun_before=begun_before)
        return bool(letters)

    async def _send_all(self, letters: Sequence[Any], *, begun_before: datetime) -> None:
        """Send until the time is over or the server is away; what was not begun is due as before."""
        unsent = deque(letters)
        try:
            while unsent and self._database.now() < begun_before:
                await _to_its_end(self._send(unsent.popleft()))
        finally:
            if unsent:
                await asyncio.shield(self._put_back(unsent))

    async def _send(self, letter: Any) -> None:
        """Send one letter and write down what became of it. Raises MailServerAway when nothing did."""
        try:
            await self._server.send(self._sending.message_for(letter))
        except MailServerAway:
            await self._put_back([letter])
            raise
        except SendingFailed as failed:
            async with self._database.begin() as work:
                await settle_failure(work, letter, failed, attempts=self._attempts)
        else:
            async with self._database.begin() as work:
                await close_sent(work, letter)

    async def _put_back(self, unsent: Iterable[Any]) -> None:
        async with self._database.begin() as work:
            await put_back_unsent(work, unsent)

    async def _wait(self) -> None:
        await self._server.rest()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await self._due.wait()


async def _to_its_end(sending: Coroutine[Any, Any, None]) -> None:
    """Finish a sending that was begun before giving in to a stop: cut short, the letter would come twice."""
    task = asyncio.ensure_future(sending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # whoever ends tasks for certain asks more than once
                await asyncio.shield(task)
        raise
