"""Reminds of what is due and lets pledges expire, a chunk of due dates at a time. Each says what comes after it."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Literal

import structlog

from services.pledges.repository.due_chunks import Chunk, Place, next_chunk
from services.pledges.repository.reminders import (
    LATE_DAYS,
    add_due_reminders,
    days_of_all_policies,
    expire_overdue,
    expiry_days_of_all_policies,
)
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import PledgeExpired, ReminderDue

log = structlog.get_logger(__name__)

LOOK_BACK_DAYS = 366
"""A pledge of which the last date is a year older than its expiry is left alone: each round reads a year, not all."""

Step = Callable[[Work, date, Place | None, Settings], Awaitable[Place | None]]
"""One chunk behind a place; where the next one begins, None at the end."""


async def remind_of_pledges(work: Work, today: date, after: Place | None, settings: Settings) -> Place | None:
    """Remind of pledges that are paid once."""
    return await _remind(work, "pledges", today, after, settings)


async def remind_of_instalments(
    work: Work, today: date, after: Place | None, settings: Settings
) -> Place | None:
    """Remind of instalments; the amount is all that is to have come by their date."""
    return await _remind(work, "instalments", today, after, settings)


async def expire_pledges(work: Work, today: date, after: Place | None, settings: Settings) -> Place | None:
    """Release what nobody waits for any more."""
    least, most = await expiry_days_of_all_policies(work)
    first = today - timedelta(days=most + LOOK_BACK_DAYS)
    chunk = await next_chunk(work, "pledges", after=after, first=first, last=today - timedelta(days=least))
    expired = await expire_overdue(work, chunk, today=today, creditor_id=settings.collecting_creditor_id)
    for row in expired:
        work.record(PledgeExpired(**row, expired_at=work.now))
    if expired:
        log.info("pledges_expired", count=len(expired))
    return _next(chunk)


STEPS: tuple[Step, ...] = (remind_of_pledges, remind_of_instalments, expire_pledges)


async def _remind(
    work: Work,
    table: Literal["pledges", "instalments"],
    today: date,
    after: Place | None,
    settings: Settings,
) -> Place | None:
    days = await days_of_all_policies(work)
    if days is None:
        return None
    first = today - timedelta(days=days[1] + LATE_DAYS)
    chunk = await next_chunk(work, table, after=after, first=first, last=today - timedelta(days=days[0]))
    reminders = await add_due_reminders(
        work, table, chunk, today=today, creditor_id=settings.collecting_creditor_id
    )
    for row in reminders:
        work.record(
            ReminderDue(
                **row,
                beneficiary_name=settings.beneficiary_name,
                beneficiary_iban=settings.beneficiary_iban,
            )
        )
    if reminders:
        log.info("reminders_due", count=len(reminders))
    return _next(chunk)


def _next(chunk: Chunk) -> Place | None:
    return None if chunk.is_last else chunk.until
