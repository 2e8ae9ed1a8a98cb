"""Every operation of every API, asked by everybody with anything: an answer as documented, or a problem in French."""

import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from requests import Request as WireRequest
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.events.catalog import SERVICES
from tests.fuzzing import some
from tests.http.answers import ask
from tests.http.plausible import nasty, plausible
from tests.http.stage import Stage

CHANGES = (None, plausible, nasty, plausible, nasty)

EXAMPLES = len(CHANGES)
"""Of each kind (by the schema, and against it), for each operation and each caller: one with each change."""

NEVER_ENDS = "/api/ledger/progress/events"
AS_DOCUMENTED = [response_schema_conformance, status_code_conformance, content_type_conformance]


@pytest.mark.parametrize("name", SERVICES)
async def test_any_request_gets_an_answer_as_documented(stage_of: Any, name: str) -> None:
    """No failure, nothing half-done: what is refused is a problem in French and has changed nothing."""
    stage = await stage_of(name)
    wrong: dict[str, str] = {}
    async with stage.client() as http:
        for operation in _operations(stage):
            for mode in GenerationMode:
                for number, case in enumerate(some(operation.as_strategy(mode), EXAMPLES)):
                    if change := CHANGES[number % len(CHANGES)]:
                        change(case, stage.known, chance=random.Random(f"{operation.label} {number}"))
                    for caller in stage.callers():
                        if said := await _ask(stage, http, case, caller=caller):
                            wrong.setdefault(f"{operation.label}: {said}", f"{caller} {_shown(case)}")
    assert not wrong, "\n".join(f"{what} ({example})" for what, example in sorted(wrong.items()))


def _operations(stage: Stage) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """What the service's document describes, but for the answer that has no end."""
    schema = schemathesis.openapi.from_dict(stage.service.app.openapi())
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        if found.ok().path != NEVER_ENDS:
            yield found.ok()


async def _ask(stage: Stage, http: httpx.AsyncClient, case: Case, *, caller: str) -> str | None:
    """Send one case as its document says, by a client of ours; what is wrong with its answer."""
    sent = case.as_transport_kwargs(base_url=stage.service.settings.public_url)
    wire = WireRequest(
        **{name: sent.get(name) for name in ("method", "url", "headers", "cookies", "params", "data", "json")}
    )
    prepared: Any = wire.prepare()  # of another library, whose types are wider than what it makes here
    content = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    headers = {**prepared.headers, **stage.callers()[caller]()}
    request = httpx.Request(prepared.method, prepared.url, headers=headers, content=content)
    answer, said = await ask(stage, http, request)
    if said:
        return said
    try:
        case.validate_response(answer, checks=AS_DOCUMENTED)
    except FailureGroup as group:
        return "; ".join(f"{one.title} {one.message[:150]}" for one in group.exceptions)
    return None


def _shown(case: Case) -> str:
    return f"{case.path_parameters} {case.query} {case.headers} {case.body!r}"[:300]
