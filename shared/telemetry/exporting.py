"""Traces and metrics leave by OTLP over HTTP, for the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names.

Without that setting traces only number the logs, and nothing is measured. The other `OTEL_…` settings are the
specification's: `OTEL_TRACES_SAMPLER`, `OTEL_METRIC_EXPORT_INTERVAL` (ms) …
Source: OpenTelemetry, Protocol Exporter and SDK Environment Variables.
"""

import os
import socket

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

TIMEOUT_SECONDS = 2.0
"""A collector that hangs must not outlast a clean stop: what is left is sent within it."""


def exports() -> bool:
    """Whether this process sends what it measures anywhere."""
    return bool(os.environ.get(ENDPOINT))


def configure_exports(service: str) -> None:
    """Set up this process's traces and, where a collector is named, send them and the metrics to it."""
    resource = Resource.create(
        {
            "service.namespace": "milliard",
            "service.name": service,
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
    traces = TracerProvider(resource=resource)
    if exports():
        traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=TIMEOUT_SECONDS)))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(timeout=TIMEOUT_SECONDS))
        metrics.set_meter_provider(MeterProvider([reader], resource=resource))
    trace.set_tracer_provider(traces)
