"""Each request is a span named by its route's template: never by its path, where tokens and names stand.

FastAPI measures requests (`http.server.request.duration`) by route, method and status. Its spans and logs are switched
off: they have path, query and the caller's address, which is more about a person than operators may see.
"""

from fastapi.telemetry import TelemetryConfig
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.instruments import TRACER

PROBES = "/health/"
"""Asked every few seconds by whoever keeps the process running: they would drown the rest."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _is_not_measured(scope: Scope) -> bool:
    """Probes; and who follows the counter, who stays for hours and waits for nothing."""
    accepted = dict(scope["headers"]).get(b"accept", b"")
    return str(scope["path"]).startswith(PROBES) or b"text/event-stream" in accepted


MEASURES: TelemetryConfig = {
    "tracing": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,  # `shared.telemetry.exporting` does, for all that is measured
    "exclude": _is_not_measured,
}
"""What FastAPI is told to measure."""


class RequestTraces:
    """Begins a trace for each request. One that the caller names is not continued: the web is not trusted with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(PROBES):
            await self.app(scope, receive, send)
            return
        status = 500

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        with TRACER.start_as_current_span(
            method,
            context=Context(),
            kind=SpanKind.SERVER,
            record_exception=False,  # a database's error quotes the row
            set_status_on_exception=False,
        ) as span:
            try:
                await self.app(scope, receive, send_and_look)
            finally:
                route = _route(scope)
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "http.route": route,
                        "http.response.status_code": status,
                    }
                )
                if status >= 500:
                    span.set_status(Status(StatusCode.ERROR))


def _route(scope: Scope) -> str:
    """The template, with its routers' prefixes as FastAPI's measures know them; unmeasured, nobody reads the span."""
    known = getattr(scope.get("fastapi.telemetry"), "route", None)
    return str(known or getattr(scope.get("route"), "path", "unknown"))
