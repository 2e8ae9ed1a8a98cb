"""Processes send what they measure where they are told to, and nothing when they are not."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.containers.stand_ins.collector import Collector, serve
from shared.telemetry import exporting

PROGRAM = """
from shared import telemetry
telemetry.configure("ledger")
from shared.telemetry.instruments import EVENTS, OUTBOX_WAITING, TRACER
EVENTS.add(3, {"territory": "64", "outcome": "applied"})
OUTBOX_WAITING.show([(7, {})])
with TRACER.start_as_current_span("process 64"):
    pass
"""


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    """Somebody who listens, and where."""
    collector = Collector()
    server = serve(collector, host="127.0.0.1", port=0)
    yield collector, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def run(**told: str) -> "subprocess.CompletedProcess[str]":
    """A process that measures something and ends."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | told, capture_output=True, text=True, timeout=60
    )


def test_a_process_that_ends_has_sent_everything(collector) -> None:
    """Counters, gauges and spans leave with it, under the names that dashboards ask for."""
    listening, url = collector
    done = run(OTEL_EXPORTER_OTLP_ENDPOINT=url)
    assert done.returncode == 0, done.stderr
    told = listening.exposition()
    process = 'job="milliard/ledger",instance="'
    assert f'milliard_lane_events_total{{territory="64",outcome="applied",{process}' in told
    assert f"milliard_outbox_waiting{{{process}" in told
    assert "process_cpu_time_seconds_total{" in told
    assert [span.name for span in listening.spans] == ["process 64"]


def test_without_a_collector_nothing_is_sent() -> None:
    """And nothing is said of it: it is the usual case on one machine."""
    done = run(OTEL_EXPORTER_OTLP_ENDPOINT="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_collector_that_is_away_does_not_keep_a_process_from_ending() -> None:
    """Within what a clean stop may take."""
    done = run(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 0
    assert exporting.TIMEOUT_SECONDS * 3 < 10
