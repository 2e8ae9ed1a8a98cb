"""What operators see of a lane's batches: a span that links to what recorded their events, and measures.

Ours in place of FastStream's middleware: it names spans and series by subject, and a subject ends with an event's key,
so each payment would be a series of its own.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from nats.aio.msg import Msg
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.inbox.batch import Outcome
from shared.telemetry.instruments import BATCH_SECONDS, DELAY_SECONDS, EVENTS, TRACER

MOST_LINKS = 32
"""A batch of a bank statement comes from one request; of five hundred, a few tens tell enough."""


@contextmanager
def watched(territory: str, messages: Sequence[Msg]) -> Iterator[list[Outcome]]:
    """Watch a batch being applied; the block appends what became of it to the list, or raises."""
    outcomes: list[Outcome] = []
    began = time.perf_counter()
    with TRACER.start_as_current_span(
        f"process {territory}",
        context=Context(),  # a trace of its own: it belongs to many
        kind=SpanKind.CONSUMER,
        links=_links(messages),
        attributes={
            "messaging.system": "nats",
            "messaging.operation.type": "process",
            "messaging.batch.message_count": len(messages),
            "milliard.territory": territory,
        },
        record_exception=False,  # a database's error quotes the row
        set_status_on_exception=False,
    ) as span:
        try:
            yield outcomes
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            BATCH_SECONDS.record(time.perf_counter() - began, {"outcome": "failed"})
            raise
    BATCH_SECONDS.record(time.perf_counter() - began, {"outcome": "applied"})
    for outcome in outcomes:
        _count(territory, outcome)
    DELAY_SECONDS.record(_age(messages[0]))


def _count(territory: str, outcome: Outcome) -> None:
    for name, count in (
        ("applied", outcome.applied),
        ("repeated", outcome.repeated),
        ("parked", outcome.parked),
    ):
        if count:
            EVENTS.add(count, {"territory": territory, "outcome": name})


def _age(message: Msg) -> float:
    """Seconds since an event was recorded; 0 where its publisher's clock is ahead, or its time cannot be read."""
    try:
        recorded = datetime.fromisoformat((message.headers or {})["ce-time"])
        return max(0.0, (datetime.now(UTC) - recorded).total_seconds())
    except (KeyError, ValueError, TypeError):
        return 0.0


def _links(messages: Sequence[Msg]) -> list[Link]:
    """The traces that recorded these events, each once."""
    parents = dict.fromkeys((message.headers or {}).get("traceparent") for message in messages)
    found = (_context(parent) for parent in list(parents)[:MOST_LINKS] if parent)
    return [Link(context) for context in found if context is not None]


def _context(traceparent: str) -> SpanContext | None:
    """Of W3C's `00-trace-span-flags`; None where it is not that."""
    try:
        _, trace_id, span_id, flags = traceparent.split("-")
        context = SpanContext(
            int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
        )
    except ValueError:
        return None
    return context if context.is_valid else None
