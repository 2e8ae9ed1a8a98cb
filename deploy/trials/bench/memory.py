"""The memory of processes while they work: after their first tenth of the time, at the highest, and at the end."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

import psutil

LOOK_SECONDS = 1.0
MIB = 1024 * 1024


class Memory:
    """Of programs (name to pid), each with all its processes."""

    def __init__(self, programs: Mapping[str, int]) -> None:
        self._programs = programs
        self._readings: dict[str, list[float]] = defaultdict(list)

    async def follow(self) -> None:
        """Keep reading until cancelled."""
        while True:
            for name, pid in self._programs.items():
                self._readings[name].append(resident_mib(pid))
            await asyncio.sleep(LOOK_SECONDS)

    def summary(self) -> dict[str, dict[str, float]]:
        """By name, in MiB: what grows between the first tenth and the end would never stop."""
        return {
            name: {"first_tenth": found[len(found) // 10], "peak": max(found), "end": found[-1]}
            for name, found in self._readings.items()
        }


def resident_mib(pid: int) -> float:
    """What a process and its children have in memory; pages that they share count once where the system tells.

    A database's processes share most of what they have: added up as they are, they would seem huge.
    """
    total = 0
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                total += _resident_bytes(one, is_alone=len(family) == 1)
    return round(total / MIB, 1)


def _resident_bytes(process: psutil.Process, *, is_alone: bool) -> int:
    if is_alone:
        return int(process.memory_info().rss)
    found = process.memory_full_info()
    return int(getattr(found, "pss", found.uss))
