"""Where the sockets of a home are."""

import os
import tempfile
from pathlib import Path

import pytest

from deploy.local import runtime
from deploy.local.runtime import runtime_folder


def test_sockets_have_short_paths_wherever_the_home_is(tmp_path: Path) -> None:
    """A socket's path stays under the system's limit for a home with a very long name."""
    deep = tmp_path / ("long-" * 20) / ("long-" * 20)
    folder = runtime_folder(home=deep)
    try:
        assert len(str(folder / "postgres" / ".s.PGSQL.5432.lock")) <= 100
        assert folder.stat().st_uid == os.getuid()
    finally:
        folder.rmdir()


def test_a_socket_folder_that_somebody_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link in the place of our folder is a trap: another folder is taken."""
    short = tempfile.TemporaryDirectory(dir="/tmp")
    monkeypatch.setattr(runtime, "_parents", lambda: [Path(short.name)])
    expected = runtime_folder(home=tmp_path / "var")
    expected.rmdir()
    (tmp_path / "trap").mkdir()
    expected.symlink_to(tmp_path / "trap")
    found = runtime_folder(home=tmp_path / "var")
    assert found != expected
    found.rmdir()
