"""The highest resident memory of a program and of the processes that it starts, while something happens.

Read in two ways, ten times a second. *Sampled*: what all of them hold, added up; a peak between two looks is missed.
*Marked*: the high-water mark that the kernel keeps for each (Linux: VmHWM in /proc/PID/status), added up; no peak of a
process that lives on is missed, and since they need not peak together the sum is never too low. The mark is judged
where there is one. Pages that two processes share count in both.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil

LOOK_SECONDS = 0.1
"""To list the processes of a machine costs some milliseconds: a fiftieth of a core is what the rate may lose."""

MB = 1_000_000
FORGET_MARK = "5"
"""Written to /proc/PID/clear_refs it sets a mark to what is resident now (Linux, proc_pid_clear_refs(5))."""


class Peak:
    """The highest that was seen of a program and its descendants, in MB (a million bytes)."""

    def __init__(self, pid: int) -> None:
        self._program = psutil.Process(pid)
        self._sampled = self._marked = 0

    @property
    def megabytes(self) -> float:
        """What is judged: never below what was resident at any moment, where the kernel keeps marks."""
        return round(max(self._sampled, self._marked) / MB, 1)

    @property
    def sampled_megabytes(self) -> float:
        """What was resident at one moment, all processes together."""
        return round(self._sampled / MB, 1)

    def forget_mark(self) -> None:
        """Begin anew, where the system lets us; elsewhere the mark is that of the program's whole life."""
        with suppress(OSError):
            Path(f"/proc/{self._program.pid}/clear_refs").write_text(FORGET_MARK)

    def look(self) -> None:
        """Read every process once."""
        sampled = marked = 0
        for process in self._family():
            with suppress(psutil.NoSuchProcess):
                sampled += process.memory_info().rss
                marked += _mark_of(process.pid)
        self._sampled, self._marked = max(self._sampled, sampled), max(self._marked, marked)

    async def follow(self) -> None:
        """Keep looking until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_SECONDS)

    def _family(self) -> list[psutil.Process]:
        """Without a child that is being made: until it runs its own command it has its parent's memory."""
        with suppress(psutil.NoSuchProcess):
            own = self._program.cmdline()
            children = self._program.children(recursive=True)
            return [self._program, *(one for one in children if _command_of(one) != own)]
        return []


@asynccontextmanager
async def peak_of(pid: int) -> AsyncIterator[Peak]:
    """The peak of a program from here to the end of the block."""
    peak = Peak(pid)
    peak.forget_mark()
    following = asyncio.create_task(peak.follow())
    try:
        yield peak
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        peak.look()


def _command_of(process: psutil.Process) -> list[str] | None:
    """None for a process that has ended."""
    with suppress(psutil.NoSuchProcess):
        return process.cmdline()
    return None


def _mark_of(pid: int) -> int:
    """The high-water mark of a process in bytes, 0 where the kernel keeps none."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
