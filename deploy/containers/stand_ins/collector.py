"""Stands in for the OpenTelemetry collector: takes OTLP over HTTP, shows the newest metrics to Prometheus.

Only what deploy/observability/collector.yaml asks of the official image, with the names that it gives: dots become
underscores, units and `_total` are added, `job` and `instance` come from the resource. It keeps the newest traces too,
for tests. Source: OpenTelemetry, Prometheus and OpenMetrics Compatibility.

`python collector.py`: OTLP on port 4318, metrics on port 8889.
"""

import re
import threading
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

OTLP_PORT, METRICS_PORT = 4318, 8889
SPANS_KEPT = 10_000
UNITS = {"s": "_seconds", "By": "_bytes", "1": "_ratio"}


class Collector:
    """What was received: the newest metrics of each process, and its newest spans."""

    def __init__(self) -> None:
        self._metrics: dict[tuple[str, str], Any] = {}
        self.spans: deque[Any] = deque(maxlen=SPANS_KEPT)
        self.received: deque[bytes] = deque(maxlen=SPANS_KEPT)

    def take_metrics(self, body: bytes) -> None:
        """Keep an `ExportMetricsServiceRequest` in place of its process's last one."""
        self.received.append(body)
        for one in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            self._metrics[_process(one.resource)] = one

    def take_traces(self, body: bytes) -> None:
        """Keep the spans of an `ExportTraceServiceRequest`."""
        self.received.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)

    def exposition(self) -> str:
        """The metrics in Prometheus's text format."""
        lines: dict[str, list[str]] = {}
        for (job, instance), one in list(self._metrics.items()):
            for scope in one.scope_metrics:
                for metric in scope.metrics:
                    for family, line in _lines(metric, {"job": job, "instance": instance}):
                        lines.setdefault(family, []).append(line)
        return "".join(f"# TYPE {family}\n" + "".join(some) for family, some in sorted(lines.items()))


def _process(resource: Any) -> tuple[str, str]:
    said = {one.key: one.value.string_value for one in resource.attributes}
    return f"{said['service.namespace']}/{said['service.name']}", said["service.instance.id"]


def _lines(metric: Any, labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    kind = metric.WhichOneof("data")
    name = re.sub(r"\W", "_", metric.name)
    unit = UNITS.get(metric.unit, "")
    if unit == "_ratio" and kind != "gauge":
        unit = ""
    name += unit if not name.endswith(unit) else ""
    if kind == "histogram":
        for point in metric.histogram.data_points:
            yield from ((f"{name} histogram", line) for line in _buckets(name, point, labels))
        return
    is_counter = kind == "sum" and metric.sum.is_monotonic
    name += "_total" if is_counter else ""
    for point in getattr(metric, kind).data_points:
        value = point.as_int if point.HasField("as_int") else point.as_double
        yield f"{name} {'counter' if is_counter else 'gauge'}", _line(name, point, labels, value)


def _buckets(name: str, point: Any, labels: dict[str, str]) -> Iterator[str]:
    below = 0
    for count, bound in zip(point.bucket_counts, [*point.explicit_bounds, "+Inf"], strict=True):
        below += count
        yield _line(f"{name}_bucket", point, {**labels, "le": f"{bound}"}, below)
    yield _line(f"{name}_sum", point, labels, point.sum)
    yield _line(f"{name}_count", point, labels, point.count)


def _line(name: str, point: Any, labels: dict[str, str], value: float) -> str:
    said = {re.sub(r"\W", "_", one.key): _text(one.value) for one in point.attributes} | labels
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in said.items())
    return f"{name}{{{inside}}} {value}\n"


def _text(value: Any) -> str:
    return str(getattr(value, value.WhichOneof("value")))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class _Handler(BaseHTTPRequestHandler):
    collector: ClassVar[Collector]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take what a process sends."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        takes = {"/v1/metrics": self.collector.take_metrics, "/v1/traces": self.collector.take_traces}
        takes[self.path](body)
        self._answer(b"", "application/x-protobuf")

    def do_GET(self) -> None:
        """Show the metrics."""
        self._answer(self.collector.exposition().encode(), "text/plain; version=0.0.4")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", f"{len(body)}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def serve(collector: Collector, *, host: str, port: int) -> ThreadingHTTPServer:
    """Answer on a port, in threads, until `shutdown`; port 0 finds one (`server_port`)."""
    handler = type("Handler", (_Handler,), {"collector": collector})
    server = ThreadingHTTPServer((host, port), handler)
    threading.Thread(target=server.serve_forever, name=f"collector-{port}", daemon=True).start()
    return server


if __name__ == "__main__":
    newest = Collector()
    for port in (OTLP_PORT, METRICS_PORT):
        serve(newest, host="0.0.0.0", port=port)  # noqa: S104 - its container's networks, which are closed
    threading.Event().wait()
