"""One unit of work: a transaction, and the events that become true when it commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from opentelemetry.propagate import inject
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Envelope, Event, Heard
from shared.values import new_id

_INSERT = text(
    """
    insert into outbox_messages (event_id, territory, subject, headers, payload)
    select * from unnest(
        cast(:event_ids as uuid[]), cast(:territories as text[]), cast(:subjects as text[]),
        cast(:headers as jsonb[]), cast(:payloads as text[])
    )
    """
)


class Work:
    """A transaction in progress. Operations use it and never commit: the edge that began it does.

    `session` is SQLModel's and SQLAlchemy's; `execute` runs set-based SQL. Lock the aggregate before the
    events about it are flushed: the outbox number is taken at flush, so that order within a key is commit order.
    """

    def __init__(self, *, session: AsyncSession, service: str) -> None:
        self.session = session
        self.service = service
        self.now = datetime.now(UTC)
        self.has_recorded = False
        self._recorded: list[tuple[Event, Envelope]] = []

    async def execute(self, statement: str, /, **parameters: Any) -> Any:
        """Run one SQL statement with named parameters (`:name`); arrays are cast in the SQL.

        Returns SQLAlchemy's `CursorResult`; its rows have the columns of the statement, which no type knows.
        """
        return await self.session.execute(text(statement), parameters)

    def record(self, event: Event, *, because_of: Heard[Any] | None = None, id: UUID | None = None) -> UUID:
        """Publish an event with this transaction. Returns its id; `because_of` carries the chain of causes on."""
        if event.publisher != self.service:
            raise ValueError(f"{self.service} cannot publish {event.type}: it belongs to {event.publisher}")
        event_id = id or new_id()
        carrier: dict[str, str] = {}
        inject(carrier)
        envelope = Envelope(
            id=event_id,
            type=event.type,
            source=f"/milliard/{self.service}",
            key=event.key,
            occurred_at=self.now,
            correlation_id=because_of.correlation_id if because_of else str(event_id),
            causation_id=str(because_of.id) if because_of else None,
            traceparent=carrier.get("traceparent"),
        )
        self._recorded.append((event, envelope))
        self.has_recorded = True
        return event_id

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that is undone alone, its recorded events included, when it raises."""
        recorded = list(self._recorded)
        try:
            async with self.session.begin_nested():
                yield
        except BaseException:
            self._recorded = recorded
            raise

    async def flush(self) -> None:
        """Write the recorded events to the outbox, in order. The edge calls it right before it commits."""
        await self.session.flush()
        if not self._recorded:
            return
        recorded, self._recorded = self._recorded, []
        await self.session.execute(
            _INSERT,
            {
                "event_ids": [envelope.id for _, envelope in recorded],
                "territories": [event.territory for event, _ in recorded],
                "subjects": [event.subject for event, _ in recorded],
                "headers": [to_json(envelope.headers()).decode() for _, envelope in recorded],
                "payloads": [event.model_dump_json() for event, _ in recorded],
            },
        )
