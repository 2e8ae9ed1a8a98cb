"""A home that lives as long as a test run or a benchmark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_home() -> Iterator[tuple[Path, Path]]:
    """A new (home, runtime folder), deleted at the end; short paths, that root's database can enter."""
    with tempfile.TemporaryDirectory(prefix="milliard-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        home, runtime = folder / "home", folder / "run"
        for part in (home, runtime):
            part.mkdir()
            part.chmod(0o755)
        yield home, runtime
