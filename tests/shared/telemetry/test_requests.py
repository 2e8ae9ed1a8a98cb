"""Each request is a span and a measure by its route's template, and tells nothing of who asked."""

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse
from opentelemetry.trace import StatusCode

from shared.telemetry.requests import MEASURES, RequestTraces

SECRET = "jeton-de-camille"


@pytest.fixture
def http() -> httpx.AsyncClient:
    """A service with one page, one that fails, and one that goes on for ever."""
    app = FastAPI(telemetry=MEASURES)

    @app.get("/liens/{token}")
    async def link(token: str) -> Response:
        if token == "fails":
            raise RuntimeError(SECRET)
        return Response(token)

    @app.get("/suivre")
    async def follow() -> StreamingResponse:
        return StreamingResponse(iter(["data: 1\n\n"]), media_type="text/event-stream")

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {}

    app.add_middleware(RequestTraces)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://milliard.test")


async def test_a_request_is_known_by_its_route(http, spans) -> None:
    """The template and the status: the path holds tokens, the query whatever somebody typed."""
    await http.get(f"/liens/{SECRET}?q={SECRET}", headers={"User-Agent": SECRET})
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /liens/{token}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "http.route": "/liens/{token}",
        "http.response.status_code": 200,
    }
    assert SECRET not in span.to_json()


async def test_a_failure_says_nothing_of_its_cause(http, spans) -> None:
    """A database's error quotes the row: the log has its type, the span its status."""
    await http.get("/liens/fails")
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["http.response.status_code"] == 500
    assert SECRET not in span.to_json()


async def test_a_trace_that_a_caller_names_is_not_continued(http, spans) -> None:
    """Anybody could write into others' traces, or have everything sampled."""
    await http.get("/liens/x", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    (span,) = spans.get_finished_spans()
    assert (span.parent, f"{span.context.trace_id:032x}" == "a" * 32) == (None, False)


@pytest.mark.parametrize("path", ["/nulle-part/camille", "/autre"])
async def test_paths_without_a_route_are_one_series(http, measured, path) -> None:
    """Whoever tries addresses does not make a series of each."""
    await http.get(path)
    said = {
        value for point in measured("http.server.request.duration") for value in point.attributes.values()
    }
    assert 404 in said
    assert path not in said


async def test_methods_that_anybody_invents_are_one_series(http, measured) -> None:
    """HTTP allows any word."""
    await http.request("CAMILLE", "/liens/x")
    methods = {point.attributes["http.request.method"] for point in measured("http.server.request.duration")}
    assert "_OTHER" in methods
    assert "CAMILLE" not in methods


@pytest.mark.parametrize("path", ["/suivre", "/health/live"])
async def test_what_would_drown_the_rest_is_not_measured(http, measured, path) -> None:
    """Probes come every second, and who follows the counter stays for hours."""
    await http.get(path, headers={"Accept": "text/event-stream"})
    routes = {point.attributes.get("http.route") for point in measured("http.server.request.duration")}
    assert path not in routes
