"""The folder that holds all state of one platform, and the locks that let one launcher at a time use it."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from deploy.local.errors import PlatformError
from deploy.local.runtime import runtime_folder

LEFTOVERS_SECONDS = 30  # a guard ends its server by force after 15


class AlreadyRunning(PlatformError):
    """« La plateforme fonctionne déjà … »"""

    def __init__(self, *, home: Path, platform: dict[str, Any] | None) -> None:
        self.is_live = platform is not None
        if platform is None:
            super().__init__(f"La plateforme de {home} est déjà en train de démarrer ou de s’arrêter.")
        else:
            super().__init__(
                f"La plateforme fonctionne déjà : {platform['public_url']}\n"
                f"Les courriels sont ici : {platform['mail_url'] or '(envoyés pour de vrai)'}\n"
                "Pour l’arrêter : make down"
            )


class LauncherStuck(PlatformError):
    """« La plateforme ne s’arrête pas … »"""

    def __init__(self, *, home: Path) -> None:
        super().__init__(
            f"La plateforme de {home} ne s’arrête pas. Ses journaux disent pourquoi : {home / 'logs'}"
        )


class LeftoversRunning(PlatformError):
    """« Des programmes du démarrage précédent tournent encore … »"""

    def __init__(self, *, home: Path) -> None:
        super().__init__(
            f"Des programmes d’un démarrage précédent utilisent encore {home}. "
            "Attendez une minute et relancez « make up » ; redémarrez la machine si cela dure."
        )


class Home:
    """State in `path` (`MILLIARD_HOME`), sockets in a short runtime folder.

    Two locks: the launcher holds `launcher.lock` and writes its pid there; every child inherits
    `children.lock`, which is therefore free only when the last child of the last launcher has ended.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._run = self.path / "run"

    @classmethod
    def of_environment(cls) -> "Home":
        """The home that `MILLIARD_HOME` names, else `var/` here."""
        return cls(Path(os.environ.get("MILLIARD_HOME") or "var"))

    def claim(self) -> int:
        """Take the home for this process; returns the descriptor that the children inherit.

        Raises AlreadyRunning, LeftoversRunning.
        """
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(0o711)  # the database's account passes through; its rooms are closed
        self._run.mkdir(mode=0o700, exist_ok=True)
        launcher = _lock_file(self._run / "launcher.lock")
        if not _locked(launcher):
            os.close(launcher)
            raise AlreadyRunning(home=self.path, platform=self.platform())
        os.ftruncate(launcher, 0)
        os.pwrite(launcher, str(os.getpid()).encode(), 0)
        children = _lock_file(self._run / "children.lock")
        deadline = time.monotonic() + LEFTOVERS_SECONDS
        while not _locked(children):
            if time.monotonic() > deadline:
                os.close(children)
                os.close(launcher)
                raise LeftoversRunning(home=self.path)
            time.sleep(0.05)
        self._platform_file.unlink(missing_ok=True)
        return children

    def platform(self) -> dict[str, Any] | None:
        """Where everything answers, as the launcher wrote it; None when it has not (yet)."""
        try:
            return json.loads(self._platform_file.read_text())
        except (OSError, ValueError):
            return None

    def tell_platform(self, platform: dict[str, Any]) -> None:
        """Write where everything answers, for the commands. It holds passwords: mode 0600."""
        draft = self._platform_file.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(platform, file, indent=2)
        draft.replace(self._platform_file)

    def forget_platform(self) -> None:
        """Say that nothing answers any more."""
        self._platform_file.unlink(missing_ok=True)

    def stop_launcher(self, *, within_seconds: float = 60) -> bool:
        """Ask the launcher of this home to stop and wait until it has; False when none runs.

        Raises LauncherStuck.
        """
        if not (self._run / "launcher.lock").exists():
            return False
        lock = _lock_file(self._run / "launcher.lock")
        try:
            if _locked(lock):
                return False
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(os.pread(lock, 20, 0)), signal.SIGTERM)
            deadline = time.monotonic() + within_seconds
            while not _locked(lock):
                if time.monotonic() > deadline:
                    raise LauncherStuck(home=self.path)
                time.sleep(0.05)
            return True
        finally:
            os.close(lock)

    @cached_property
    def runtime(self) -> Path:
        """The folder of this home's sockets."""
        return runtime_folder(home=self.path)

    def forget_runtime(self) -> None:
        """Remove the sockets and configurations of a platform that has stopped."""
        shutil.rmtree(self.runtime, ignore_errors=True)

    @property
    def _platform_file(self) -> Path:
        return self._run / "platform.json"


def _lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
