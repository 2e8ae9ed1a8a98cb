"""Transactions: committed at the edge, or nothing happened and nobody is told otherwise."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from sqlalchemy.exc import IntegrityError

from shared.database import Database
from shared.database.work import EventTooLarge
from shared.events import read_headers
from shared.events.ledger import ProgressAdvanced
from shared.events.members import RoleGranted
from shared.identity import anyone
from shared.runtime import Transaction
from shared.values import today_in_france
from shared.web.errors import install_errors

PROGRESS = ProgressAdvanced(
    territory="64",
    promised_minor=1,
    received_minor=1,
    local_currency_minor=0,
    disbursed_minor=0,
    currency="EUR",
)


async def record_and_fail_late(work) -> None:
    """Everything succeeds but the commit: a constraint that is checked there."""
    work.record(PROGRESS)
    await work.execute(
        "insert into applied (event_id, key, amount_minor) select :id, 'late', 1 from generate_series(1, 2)",
        id=uuid4(),
    )


async def test_a_commit_that_fails_answers_an_error(listener) -> None:
    """Never a success that was not true."""
    app = FastAPI()
    app.state.database = listener.database
    install_errors(app, statuses={})

    @app.post("/api/x/late", dependencies=[anyone()])
    async def late(work: Transaction) -> dict[str, bool]:
        await record_and_fail_late(work)
        return {"done": True}

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://milliard.test") as http:
        answer = await http.post("/api/x/late")
    assert answer.status_code == 500
    assert await listener.applied() == []
    assert await listener.read("select * from outbox_messages") == []


async def test_a_rehearsal_writes_at_its_own_time(plumbed) -> None:
    """So many days ahead of the machine's clock, whole transactions and what time it has become."""
    database = Database(
        url=await plumbed("rehearsal"), service="ledger", pool_size=1, ahead=timedelta(days=17)
    )
    today = today_in_france()
    async with database.begin() as work:
        assert today + timedelta(days=17) <= work.today <= today + timedelta(days=18)
        assert work.now <= work.clock() <= database.now()
    await database.close()


async def test_the_relay_is_woken_by_a_commit_alone(listener) -> None:
    """And only when it has something to publish."""
    woken = []
    listener.database.on_commit = lambda: woken.append(True)
    with pytest.raises(IntegrityError):
        async with listener.database.begin() as work:
            await record_and_fail_late(work)
    await listener.read("select 1")
    assert woken == []
    async with listener.database.begin() as work:
        work.record(PROGRESS)
    assert woken == [True]


async def test_a_savepoint_undoes_its_events_even_when_they_were_written(listener) -> None:
    """Those from before it stay, each once, though they were flushed inside it."""
    first, second = uuid4(), uuid4()
    async with listener.database.begin() as work:
        work.record(PROGRESS, id=first)
        with suppress(ZeroDivisionError):
            async with work.savepoint():
                work.record(PROGRESS, id=second)
                await work.flush()
                raise ZeroDivisionError
    assert [row[0] for row in await listener.read("select event_id from outbox_messages")] == [first]


async def test_a_service_cannot_record_anothers_event(listener) -> None:
    """The broker would refuse it; its author hears it at once."""
    granted = RoleGranted(territory="64", grant_id=uuid4(), person_id=uuid4(), role="treasurer")
    async with listener.database.begin() as work:
        with pytest.raises(ValueError, match="belongs to members"):
            work.record(granted)


async def test_an_event_that_no_broker_would_take_fails_its_operation_whole(listener) -> None:
    """Nothing is committed, and the sentence says what to do."""

    async def record_too_much() -> None:
        async with listener.database.begin() as work:
            await work.execute(
                "insert into applied (event_id, key, amount_minor) values (:id, 'k', 1)", id=uuid4()
            )
            work.record(PROGRESS.model_copy(update={"currency": "é" * 300_000}))

    with pytest.raises(EventTooLarge, match="raccourcissez"):
        await record_too_much()
    assert await listener.applied() == []
    assert await listener.read("select * from outbox_messages") == []


async def test_an_event_carries_the_trace_in_which_it_was_recorded(listener) -> None:
    """As W3C Trace Context writes it: whoever hears it goes on with the same trace."""
    context = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(1))
    with trace.use_span(trace.NonRecordingSpan(context)):
        async with listener.database.begin() as work:
            work.record(PROGRESS)
    rows = await listener.read("select headers from outbox_messages")
    assert [read_headers(headers).get("traceparent") for (headers,) in rows] == [
        f"00-{0xABC:032x}-{0xDEF:016x}-01"
    ]


async def test_an_event_outside_of_a_trace_carries_none(listener) -> None:
    """An empty header would be refused by whoever reads it."""
    async with listener.database.begin() as work:
        work.record(PROGRESS)
    found = await listener.read("select headers like '%traceparent%' from outbox_messages")
    assert [row[0] for row in found] == [False]
