"""Keeps the bank's notifications as they come: entries and details, never a line, an event or money of their own."""

from enum import StrEnum
from uuid import UUID

from services.pledges.domain.account import UnknownAccount
from services.pledges.domain.notification import NotificationChanged, notification_uuid
from services.pledges.operations.statement_chunks import NotificationChunk
from services.pledges.repository.notifications import add_notification, add_notified, notified_hash_of
from services.pledges.settings import Settings
from shared.database import Work


class ImportStatus(StrEnum):
    """What an import did with a statement or a notification."""

    IMPORTED = "imported"
    ALREADY_IMPORTED = "already_imported"


class KeptNotifications:
    """The notifications of one file on their way in. `ibans`: the accounts of the new ones."""

    def __init__(self, work: Work, *, file_name: str, settings: Settings, imported_by: UUID | None) -> None:
        self._work = work
        self._file_name = file_name
        self._settings = settings
        self._imported_by = imported_by
        self._notification_id: UUID | None = None
        self._known_hash: str | None = None
        self.statuses: dict[UUID, ImportStatus] = {}
        self.ibans: set[str] = set()

    async def take(self, chunk: NotificationChunk) -> None:
        """Raises UnknownAccount, NotificationChanged."""
        header = chunk.notification
        if self._notification_id is None:
            if header.iban not in self._settings.account_ibans:
                raise UnknownAccount(iban=header.iban)
            self._notification_id = notification_uuid(header)
            self._known_hash = await notified_hash_of(self._work, self._notification_id)
        if self._known_hash is None:
            await add_notified(
                self._work,
                self._notification_id,
                iban=header.iban,
                entries=chunk.entries,
                details=chunk.details,
            )
        if chunk.totals is not None:
            await self._close(self._notification_id, chunk)
            self._notification_id = None

    async def _close(self, notification_id: UUID, chunk: NotificationChunk) -> None:
        if self._known_hash is not None:
            if chunk.content_hash != self._known_hash:
                raise NotificationChanged(notification_id=chunk.notification.notification_id)
            self.statuses.setdefault(notification_id, ImportStatus.ALREADY_IMPORTED)
            return
        await add_notification(
            self._work,
            notification_id,
            header=chunk.notification,
            content_hash=chunk.content_hash,
            file_name=self._file_name,
            imported_by=self._imported_by,
        )
        self.statuses[notification_id] = ImportStatus.IMPORTED
        self.ibans.add(chunk.notification.iban)
