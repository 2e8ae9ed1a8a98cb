"""What this process would send to a collector, kept in memory."""

from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

Measured = Callable[[str], list[Any]]


@pytest.fixture(scope="session")
def exported() -> tuple[InMemorySpanExporter, InMemoryMetricReader]:
    """The exporters of this process: OpenTelemetry lets them be set once."""
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([reader]))
    return spans, reader


@pytest.fixture
def spans(exported: tuple[InMemorySpanExporter, InMemoryMetricReader]) -> InMemorySpanExporter:
    """The spans that end during a test."""
    exported[0].clear()
    return exported[0]


@pytest.fixture
def measured(exported: tuple[InMemorySpanExporter, InMemoryMetricReader]) -> Measured:
    """`measured(name)`: the data points of a metric, with all that was measured in this process so far."""

    def points(name: str) -> list[Any]:
        data = exported[1].get_metrics_data()
        found = [
            metric
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
        ]
        return [point for metric in found for point in metric.data.data_points]

    return points
