"""Which statements a service sends to its database meanwhile; a COPY is none of them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from shared.database import Work
from shared.runtime import Service


@contextmanager
def counted_statements(service: Service) -> Iterator[list[str]]:
    """The statements that are sent within the block, in order."""
    sent: list[str] = []
    with _listening(service, lambda statement, _: sent.append(statement.strip())):
        yield sent


@contextmanager
def asked_statements(service: Service) -> Iterator[list[tuple[str, Any]]]:
    """The same, each with its parameters, as `plan_of` takes them."""
    sent: list[tuple[str, Any]] = []
    with _listening(service, lambda *asked: sent.append(asked)):
        yield sent


@contextmanager
def _listening(service: Service, keep: Callable[[str, Any], None]) -> Iterator[None]:
    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        keep(statement, parameters)

    engine = service.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", hear)


async def plan_of(work: Work, asked: tuple[str, Any]) -> list[dict[str, Any]]:
    """The steps of the plan that a statement was run by: what each reads, and how many rows it gave."""
    connection = await work.session.connection()
    found = await connection.exec_driver_sql(f"explain (analyze, format json) {asked[0]}", asked[1])
    written = found.scalar_one()
    plan = json.loads(written) if isinstance(written, str) else written
    steps, waiting = [], [plan[0]["Plan"]]
    while waiting:
        steps.append(waiting.pop())
        waiting += steps[-1].get("Plans", [])
    return steps
