"""Notifications as they came: their content, their entries and the details of these."""

from collections.abc import Sequence
from uuid import UUID

from services.pledges.domain.notification import NotificationHeader, NotifiedEntry, detail_uuid, entry_uuid
from services.pledges.domain.notified_matching import NotifiedState
from services.pledges.domain.statement import BankLine
from shared.database import Work

_ENTRY = (
    "entry_id",
    "notification_id",
    "iban",
    "entry_index",
    "direction",
    "amount_minor",
    "booked_on",
    "bank_reference",
    "entry_reference",
    "detail_count",
    "content_hash",
    "state",
    "notified_at",
)
_DETAIL = (
    "detail_id",
    "entry_id",
    "detail_index",
    "direction",
    "amount_minor",
    "end_to_end_id",
    "structured_reference",
    "remittance_text",
    "counterparty_name",
    "counterparty_iban",
    "transaction_code",
    "return_reason",
    "additional_information",
    "mandate_id",
    "is_reversal",
    "is_charge",
)


async def notified_hash_of(work: Work, notification_id: UUID) -> str | None:
    """The content of a notification that was imported before."""
    found = await work.execute(
        "select content_hash from bank_notifications where notification_id = :id", id=notification_id
    )
    hash: str | None = found.scalar()
    return hash


async def add_notified(
    work: Work,
    notification_id: UUID,
    *,
    iban: str,
    entries: Sequence[NotifiedEntry],
    details: Sequence[BankLine],
) -> None:
    """Add entries, and details of these or of earlier ones. Those that have details wait for their line."""
    await work.copy(
        "notified_entries",
        _ENTRY,
        [
            (
                entry_uuid(notification_id, entry.entry_index),
                notification_id,
                iban,
                entry.entry_index,
                entry.direction.value,
                entry.amount_minor,
                entry.booked_on,
                entry.bank_reference,
                entry.entry_reference,
                entry.detail_count,
                entry.content_hash,
                (NotifiedState.WAITING if entry.detail_count else NotifiedState.UNDETAILED).value,
                work.now,
            )
            for entry in entries
        ],
    )
    await work.copy("notified_details", _DETAIL, [_row(notification_id, detail) for detail in details])


def _row(notification_id: UUID, detail: BankLine) -> tuple[object, ...]:
    entry_id = entry_uuid(notification_id, detail.entry_index)
    return (
        detail_uuid(entry_id, detail.detail_index),
        entry_id,
        detail.detail_index,
        detail.direction.value,
        detail.amount_minor,
        detail.end_to_end_id,
        detail.structured_reference,
        detail.remittance_text,
        detail.counterparty_name,
        detail.counterparty_iban,
        detail.transaction_code,
        detail.return_reason,
        detail.additional_information,
        detail.mandate_id,
        detail.is_reversal,
        detail.is_charge,
    )


async def add_notification(
    work: Work,
    notification_id: UUID,
    *,
    header: NotificationHeader,
    content_hash: str,
    file_name: str,
    imported_by: UUID | None,
) -> None:
    """Add a notification whose entries are in."""
    await work.execute(
        """
        insert into bank_notifications
            (notification_id, iban, bank_notification_id, content_hash, file_name, imported_by, imported_at)
        values (:id, :iban, :bank_id, :content_hash, :file_name, :imported_by, :now)
        """,
        id=notification_id,
        iban=header.iban,
        bank_id=header.notification_id,
        content_hash=content_hash,
        file_name=file_name,
        imported_by=imported_by,
        now=work.now,
    )
