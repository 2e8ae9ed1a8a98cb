"""A bank file read as the service has it read, with the most memory that it took."""

import subprocess
import sys
from pathlib import Path

from services.pledges.operations.reading_apart import READER
from services.pledges.operations.statement_reader import HEAD

MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Starts the reader from a small process: a process begins with the peak of the one that it was forked from."""


def read_measured(path: Path, *, max_bytes: int = 100_000_000) -> tuple[bytes, int]:
    """The kind of the reader's last message, and its peak of resident memory in bytes."""
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", READER, str(max_bytes), "1000"]
    with path.open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=True)
    at = 0
    while at < len(done.stdout):
        kind, size = HEAD.unpack_from(done.stdout, at)
        at += HEAD.size + size
    return kind, int(done.stderr) * (1 if sys.platform == "darwin" else 1024)
