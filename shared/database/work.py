"""One unit of work: a transaction, and the events that become true when it commits."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any, BinaryIO
from uuid import UUID

from opentelemetry import trace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.copying import copy_query, copy_rows
from shared.events import Event, Heard, headers_of
from shared.values import day_of, new_id

_OUTBOX = ("event_id", "territory", "subject", "headers", "payload")

LARGEST_EVENT_BYTES = 512 * 1024
"""Headers and payload together: half of what the broker takes (1 MiB), since an event that it refuses would be
found out long after its operation has succeeded. Ours have some 800 bytes."""

_text = lru_cache(maxsize=1_000)(text)
"""Statements are written in the code: each is looked through for its parameters once."""


class EventTooLarge(Exception):
    """An event that no broker would take: the operation that records it fails whole."""

    def __init__(self, *, type: str, size: int) -> None:
        super().__init__(
            f"L’événement {type} pèse {size // 1024} Kio et le bus n’en transporte que"
            f" {LARGEST_EVENT_BYTES // 1024} : rien n’a été enregistré, raccourcissez ce que vous envoyez."
        )


class Work:
    """A transaction in progress. Operations use it and never commit: the edge that began it does.

    `session` is SQLModel's and SQLAlchemy's; `execute` runs set-based SQL. Lock the aggregate before the
    events about it are flushed: the outbox number is taken at flush, so that order within a key is commit order.
    `now` is when the transaction began, the time of all that it writes; `clock` says what time it has become.
    """

    def __init__(self, *, session: AsyncSession, service: str, clock: Callable[[], datetime]) -> None:
        self.session = session
        self.service = service
        self.clock = clock
        self.now = clock()
        self.has_recorded = False
        self._recorded: list[tuple[object, ...]] = []

    @property
    def today(self) -> date:
        """The day of `now`, in the calendar of the books."""
        return day_of(self.now)

    async def execute(self, statement: str, /, **parameters: Any) -> Any:
        """Run one SQL statement with named parameters (`:name`); arrays are cast in the SQL.

        Returns SQLAlchemy's `CursorResult`; its rows have the columns of the statement, which no type knows.
        """
        return await self.session.execute(_text(statement), parameters)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of which there may be thousands. Raises as a statement would."""
        await copy_rows(self.session, table, columns, rows)

    async def copy_out(self, query: str, *arguments: Any, output: BinaryIO) -> None:
        """Write the rows of a query as CSV (titles, semicolons, UTF-8), however many there are. `$1` is an argument."""
        await copy_query(self.session, query, arguments, output)

    def record(self, event: Event, *, because_of: Heard[Any] | None = None, id: UUID | None = None) -> UUID:
        """Publish an event with this transaction. Returns its id; `because_of` carries the chain of causes on.

        Raises EventTooLarge.
        """
        if event.publisher != self.service:
            raise ValueError(f"{self.service} cannot publish {event.type}: it belongs to {event.publisher}")
        event_id = id or new_id()
        headers = headers_of(
            event,
            id=event_id,
            occurred_at=self.now,
            correlation_id=because_of.correlation_id if because_of else None,
            causation_id=because_of.id if because_of else None,
            traceparent=_traceparent(),
        )
        payload = event.model_dump_json()
        if (len(headers) + len(payload)) * 4 > LARGEST_EVENT_BYTES:  # four bytes a character at most
            size = len(headers.encode()) + len(payload.encode())
            if size > LARGEST_EVENT_BYTES:
                raise EventTooLarge(type=event.type, size=size)
        self._recorded.append((event_id, event.territory, event.subject, headers, payload))
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
        recorded, self._recorded = self._recorded, []
        await self.copy("outbox_messages", _OUTBOX, recorded)


def _traceparent() -> str | None:
    """The trace in progress as W3C Trace Context writes it (`00-trace-span-flags`); None where there is none.

    The library's propagator takes 5 µs for it, and a batch records a thousand events.
    """
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    trace_id, span_id = trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)
    return f"00-{trace_id}-{span_id}-{context.trace_flags:02x}"
