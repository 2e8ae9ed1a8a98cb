"""Reads of the bank's notifications: how many of their entries were detailed, and what waits for its statement.

Names and accounts of givers are in their details: for treasurers of the national lane and nobody else.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.account import masked
from services.pledges.domain.statement import Direction
from services.pledges.queries.bank import PAGE_LINES
from shared.database import Work

LATE_AFTER = timedelta(days=5)
"""A statement comes on the next banking day; at Easter, banks are closed for four days (TARGET2)."""

NEWEST = 30
"""Notifications that the desk lists: a month of daily ones."""


MOST_POSSIBLE = 10
"""Lines or notifications between which a person chooses."""


class NotificationView(BaseModel):
    """An imported notification, and what became of its booked entries."""

    notification_id: UUID
    bank_notification_id: str
    account: str
    file_name: str
    entry_count: int
    detailed_count: int
    already_detailed_count: int
    undetailed_count: int
    waiting_count: int
    imported_at: datetime


class WaitingEntryView(BaseModel):
    """An entry of a notification that no statement has shown yet, or of which nobody knows which line it details."""

    entry_id: UUID
    bank_notification_id: str
    account: str
    direction: Direction
    amount_minor: int
    currency: str = "EUR"
    booked_on: date | None
    bank_reference: str | None
    detail_count: int
    notified_at: datetime
    possible_lines: list[UUID]
    """Sums in suspense of this amount that nothing details: a person says which, when it is one of them."""


_NOTIFICATIONS = """
    select notification_id, bank_notification_id, iban, file_name, imported_at, counted.*
    from bank_notifications as notification
    cross join lateral (
        select count(*) as entry_count,
            count(*) filter (where state = 'detailed') as detailed_count,
            count(*) filter (where state = 'already_detailed') as already_detailed_count,
            count(*) filter (where state = 'undetailed') as undetailed_count,
            count(*) filter (where state = 'waiting') as waiting_count
        from notified_entries as entry where entry.notification_id = notification.notification_id
    ) as counted
"""


async def newest_notifications(work: Work, *, limit: int = NEWEST) -> list[NotificationView]:
    rows = await work.execute(
        _NOTIFICATIONS + " order by imported_at desc, notification_id limit :limit", limit=limit
    )
    return [NotificationView(account=masked(row["iban"]), **row) for row in rows.mappings()]


async def notifications_by_id(work: Work, notification_ids: Sequence[UUID]) -> list[NotificationView]:
    """These notifications, in this order."""
    rows = await work.execute(
        _NOTIFICATIONS + " where notification_id = any(cast(:ids as uuid[]))", ids=notification_ids
    )
    found = {
        row["notification_id"]: NotificationView(account=masked(row["iban"]), **row)
        for row in rows.mappings()
    }
    return [found[id] for id in notification_ids if id in found]


async def waiting_notified(work: Work, *, since: timedelta = timedelta()) -> list[WaitingEntryView]:
    """The entries that have waited for so long, the oldest first."""
    rows = await work.execute(
        """
        select entry.*, bank_notification_id, array(
            select line.line_id from bank_lines as line
            join statements as statement using (statement_id)
            where line.fate = 'suspended' and line.detail_index = 0 and line.amount_minor = entry.amount_minor
                and line.direction = entry.direction and statement.iban = entry.iban
                and not exists (select from notified_entries as taker where taker.line_id = line.line_id)
            order by line.booked_on desc, line.line_id limit :possible
        ) as possible_lines
        from notified_entries as entry join bank_notifications using (notification_id)
        where state = 'waiting' and notified_at <= :before
        order by notified_at, entry_id limit :limit
        """,
        before=work.now - since,
        possible=MOST_POSSIBLE,
        limit=PAGE_LINES,
    )
    return [_waiting(row) for row in rows.mappings()]


async def entries_possible_for(work: Work, line_id: UUID) -> list[WaitingEntryView]:
    """The entries that wait and may detail a line that nothing details, those of its day first."""
    rows = await work.execute(
        """
        select entry.*, bank_notification_id, array[line.line_id] as possible_lines
        from bank_lines as line
        join statements as statement using (statement_id)
        join notified_entries as entry on entry.state = 'waiting' and entry.iban = statement.iban
            and entry.amount_minor = line.amount_minor and entry.direction = line.direction
        join bank_notifications using (notification_id)
        where line.line_id = :line and line.fate = 'suspended' and line.detail_index = 0
            and not exists (select from notified_entries as taker where taker.line_id = line.line_id)
        order by entry.booked_on is distinct from line.booked_on, notified_at, entry_id limit :limit
        """,
        line=line_id,
        limit=MOST_POSSIBLE,
    )
    return [_waiting(row) for row in rows.mappings()]


def _waiting(row: Any) -> WaitingEntryView:
    return WaitingEntryView(account=masked(row["iban"]), **row)
