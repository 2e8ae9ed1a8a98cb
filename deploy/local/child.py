"""A server run as a child process: its log, its end, and its end when this process dies."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from deploy.local.errors import PlatformError

GUARD = Path(__file__).with_name("guard.sh")
LOG_BYTES = 5_000_000  # a log is put aside at a start when it is longer; one older log is kept
SHELL = "/bin/sh"
LONGEST_PAUSE_SECONDS = 0.2


class StartFailed(PlatformError):
    """« … n’a pas démarré … »: what failed, its last words, where to read more."""

    def __init__(self, *, name: str, log: Path, reason: str) -> None:
        super().__init__(f"« {name} » n’a pas démarré : {reason}.\nSon journal : {log}\n{_last_lines(log)}")


@cache
def parent_pipe() -> tuple[int, int]:
    """The pipe (read end, write end) that this process never writes to: it ends when this process does."""
    return os.pipe()


@dataclass(kw_only=True)
class Child:
    """One server. Not started until `start`; may be started again after it ended.

    `end` is the signal that stops it cleanly; `account` the (uid, gid) that it runs as, if not ours;
    `kept` are descriptors that it inherits (the lock of the home: free once the last child has ended).
    """

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    end: signal.Signals = signal.SIGTERM
    account: tuple[int, int] | None = None
    kept: tuple[int, ...] = ()
    folder: Path | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        """The pid of the running server."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def how_it_ended(self) -> str:
        """« code 1 », « signal KILL »."""
        code = self._process.returncode if self._process else None
        if code is not None and code < 0:
            return f"signal {signal.Signals(-code).name.removeprefix('SIG')}"
        return f"code {code}"

    def start(self) -> None:
        """Start the server behind its guard; returns at once."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        uid, gid = self.account or (None, None)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [SHELL, str(GUARD), self.end.name.removeprefix("SIG"), *map(str, self.command)],
                stdin=parent_pipe()[0],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd=self.folder,
                pass_fds=self.kept,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                start_new_session=True,  # a Ctrl-C of the terminal reaches the launcher only
            )

    def has_ended(self) -> bool:
        """Whether the server is not running (any more)."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # its watcher, and what a crash left behind
        return True

    def ask_to_end(self) -> None:
        """Tell the server to end cleanly; returns at once."""
        if self._process is not None and not self.has_ended():
            self._process.send_signal(self.end)

    def stop(self, *, within_seconds: float = 15, end: signal.Signals | None = None) -> None:
        """End the server cleanly (or by the signal `end`), or by force when it takes longer."""
        if self._process is None:
            return
        if not self.has_ended():
            self._process.send_signal(end or self.end)
        try:
            self._process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.has_ended()

    def run(self, *, within_seconds: float) -> None:
        """Run a task to its end. Raises StartFailed when it fails or takes too long."""
        self.start()
        if self._process is None:
            return
        try:
            code = self._process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise StartFailed(
                name=self.name, log=self.log, reason=f"pas fini en {within_seconds:.0f} s"
            ) from None
        self.has_ended()
        if code != 0:
            raise StartFailed(name=self.name, log=self.log, reason=f"il s’est arrêté ({self.how_it_ended})")

    def wait_until(self, ready: Callable[[], bool], *, within_seconds: float = 30) -> None:
        """Return once `ready()` is true; raises StartFailed when the server ends first or takes too long."""
        deadline = time.monotonic() + within_seconds
        pause = 0.02
        while not ready():
            if self.has_ended():
                raise StartFailed(
                    name=self.name, log=self.log, reason=f"il s’est arrêté ({self.how_it_ended})"
                )
            if time.monotonic() > deadline:
                raise StartFailed(
                    name=self.name, log=self.log, reason=f"pas de réponse en {within_seconds:.0f} s."
                )
            time.sleep(pause)
            pause = min(pause * 1.3, LONGEST_PAUSE_SECONDS)  # asking costs the one who starts


def _last_lines(log: Path, *, count: int = 8) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-count:])
    return ""
