"""What this process takes of its machine."""

import os
import resource
from collections.abc import Iterable
from pathlib import Path

from opentelemetry.metrics import CallbackOptions, Observation

from shared.telemetry.instruments import METER

_PAGES = Path("/proc/self/statm")


def measure_process() -> None:
    """Have processor time and memory exported from now on; memory where the system tells it (Linux)."""
    METER.create_observable_counter("process.cpu.time", [_cpu], unit="s", description="Processor time")
    if _PAGES.exists():
        METER.create_observable_gauge("process.memory.usage", [_memory], unit="By", description="Memory")


def _cpu(_: CallbackOptions) -> Iterable[Observation]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield Observation(used.ru_utime, {"cpu.mode": "user"})
    yield Observation(used.ru_stime, {"cpu.mode": "system"})


def _memory(_: CallbackOptions) -> Iterable[Observation]:
    yield Observation(int(_PAGES.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE"), {})
