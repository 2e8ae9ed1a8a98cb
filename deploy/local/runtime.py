"""Where the sockets of a home are: a short path, since the system limits it, in a folder that is surely ours."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # bytes: the system stops at 107 on Linux, 103 on macOS


def runtime_folder(*, home: Path) -> Path:
    """A short folder for sockets, the same at each start of this home, that nobody else made."""
    name = f"milliard-{os.getuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}"
    for parent in _parents():
        folder = parent / name
        if len(os.fsencode(folder / "postgres" / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET_PATH:
            continue
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid != os.getuid():
            continue  # somebody prepared it for us
        folder.chmod(0o711 if os.getuid() == 0 else 0o700)  # root's database has an account of its own
        return folder
    return Path(tempfile.mkdtemp(prefix="milliard-"))


def _parents() -> list[Path]:
    """Where sockets may go, best first. Root's own folders are closed to the database's account."""
    shared = [Path("/tmp")]  # noqa: S108 - the folder made in it is checked
    if os.getuid() == 0:
        return shared
    own = [Path(place) for place in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir()) if place]
    return [place for place in own if os.access(place, os.W_OK)] + shared
