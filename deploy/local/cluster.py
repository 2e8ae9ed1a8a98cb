"""The database: one embedded PostgreSQL cluster, run in the foreground, reached by a Unix socket only."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from deploy.local import binaries
from deploy.local.account import Account, data_folder, readable_binaries
from deploy.local.child import Child, StartFailed
from deploy.local.databases import Databases
from deploy.local.errors import PlatformError
from deploy.local.keys import Keys

ADMIN = "postgres"
# Small enough for a laptop, durable as a server: fsync and full_page_writes keep their defaults.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "250",  # five services, each with its pool, and as many again as replicas
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",  # its compilation costs more than our short queries
    "timezone": "UTC",
    "log_timezone": "UTC",
}
PASSING = {"fsync": "off", "full_page_writes": "off"}
"""Of a cluster whose data need not outlive the machine's next power cut: a test run's."""


class ClusterOfAnotherVersion(PlatformError):
    """« La base de données … a été créée par PostgreSQL N … »"""

    def __init__(self, *, data: Path, made_by: str, binary: str) -> None:
        super().__init__(
            f"La base de données {data} a été créée par PostgreSQL {made_by}, "
            f"or le programme trouvé est PostgreSQL {binary}. "
            "Indiquez dans PG_BIN le dossier des programmes de la bonne version."
        )


class Cluster(Databases):
    """One PostgreSQL server. Data in `home/postgres` (see `account.data_folder` for root), secrets in
    `home/keys`, socket in `runtime/postgres`: a path of at most 107 bytes."""

    def __init__(
        self, home: Path, runtime: Path, *, kept: tuple[int, ...] = (), is_passing: bool = False
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.data = data_folder(home=home)
        self._sockets = runtime / "postgres"
        self._account = Account.for_data(self.data)
        shipped = binaries.postgres_folder()
        self._binaries = readable_binaries(shipped, account=self._account)
        expected = (home / "postgres", shipped)
        self.places_apart = [place for place in (self.data, self._binaries) if place not in expected]
        password = Keys(home=home).secret(f"database-{ADMIN}")
        super().__init__(
            home=home,
            admin_url=f"postgresql://{ADMIN}:{password}@/postgres?host={quote(str(self._sockets), safe='')}",
        )
        settings = SETTINGS | PASSING if is_passing else SETTINGS
        self.child = Child(
            name="database",
            command=[
                self._binaries / "postgres",
                *("-D", self.data, "-k", self._sockets),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            log=home / "logs" / "database.log",
            end=signal.SIGINT,  # « fast »: rolls back what is open, writes a checkpoint
            account=(self._account.uid, self._account.gid) if self._account else None,
            kept=kept,
            folder=Path("/"),
        )

    def start(self, *, within_seconds: float = 60) -> None:
        """Make the cluster if there is none, start it; returns when it answers. Raises StartFailed."""
        self._own(self._sockets)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._forget_stale_lock()
        self.child.start()
        self.child.wait_until(self.is_ready, within_seconds=within_seconds)

    def stop(self) -> None:
        """End the server: a checkpoint is written, so that the next start has nothing to recover."""
        self.child.stop(within_seconds=30)

    def throw_away(self) -> None:
        """End the server at once, without the checkpoint: for a cluster that nobody will start again."""
        self.child.stop(end=signal.SIGQUIT)

    def is_ready(self) -> bool:
        """Whether the server is through its recovery and lets people in."""
        isready = self._binaries / "pg_isready"
        if isready.exists():
            return subprocess.run([isready, "-q", "-h", self._sockets], check=False).returncode == 0
        with socket.socket(socket.AF_UNIX) as call, contextlib.suppress(OSError):
            call.connect(str(self._sockets / ".s.PGSQL.5432"))
            return True
        return False

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def _initialise(self) -> None:
        """`initdb` beside the final place, then a rename: no interruption leaves half a cluster."""
        draft = self.data.with_name(f"{self.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        with tempfile.NamedTemporaryFile("w", dir=self._sockets) as password:
            password.write(self._password(ADMIN))
            password.flush()
            if self._account:
                os.chown(password.name, self._account.uid, self._account.gid)
            self._as_account(
                "initdb",
                *("--pgdata", draft, "--username", ADMIN, "--pwfile", password.name),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync", "--no-instructions"),
                *self._locale(),
            )
        draft.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self._version()):
            raise ClusterOfAnotherVersion(data=self.data, made_by=made_by, binary=str(self._version()))

    def _forget_stale_lock(self) -> None:
        """Remove the lock file of a server that a power cut ended, when another program has its pid now:
        PostgreSQL would take that program for a server at work."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = lock.read_text().splitlines()[0]
        program = subprocess.run(
            ["ps", "-o", "command=", "-p", pid], capture_output=True, text=True, check=False
        )
        if "postgres" not in program.stdout:
            lock.unlink()

    def _version(self) -> int:
        told = subprocess.run(
            [self._binaries / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return int(told.split()[2].partition(".")[0].removesuffix("devel"))

    def _locale(self) -> list[str]:
        """Accented letters have capitals and no order depends on the machine's locales; since 17 only."""
        if self._version() < 17:
            return ["--locale=C"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's account enters."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        if self._account:
            self._account.own_folder(folder)
        else:
            folder.mkdir(mode=0o700, exist_ok=True)

    def _as_account(self, program: str, *arguments: str | Path) -> None:
        account = self._account
        done = subprocess.run(
            [self._binaries / program, *arguments],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            self.child.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.child.log.write_text(done.stdout + done.stderr)
            raise StartFailed(
                name=program, log=self.child.log, reason=f"il s’est arrêté (code {done.returncode})"
            )
