"""A copy of everything, and back: `docker compose run --rm backup`, `docker compose run --rm restore FILE`.

Volumes and secrets go into one archive, and come back together: databases remember what they have heard, streams what
each service has acknowledged, and without its secrets a copy opens nothing. Run in containers that have each of them in
a folder of `PLATFORM`, and this repository at their working folder.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from deploy.containers.setup import hand_over
from deploy.local.errors import PlatformError
from shared.values.days import PARIS

PLATFORM = Path("/platform")
BACKUPS = Path("/backups")
SECRETS = "secrets"
RUNNING = "database/*/docker/postmaster.pid"
"""PostgreSQL's own sign of life; it goes with a clean stop."""

WHOLE = ("./database/*/PG_VERSION", "./secrets/keys/*")
"""What every archive has: databases that were begun, and the keys that open them."""


class StillRunning(PlatformError):
    """« La base de données tourne encore … »"""

    def __init__(self) -> None:
        super().__init__(
            "La base de données tourne encore, ou s’est arrêtée sans finir : une copie ne serait pas juste. "
            "Démarrez la plateforme s’il le faut (docker compose up --detach), arrêtez-la (docker compose stop), "
            "puis réessayez."
        )


class NotEmpty(PlatformError):
    """« Il y a déjà une plateforme ici … »"""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(
            f"Il y a déjà une plateforme ici ({', '.join(places)}) : rien n’a été touché. Remettez la sauvegarde "
            "dans un autre dossier, ou enlevez ce qui est là : « docker compose down --volumes », et le dossier "
            "des secrets mis de côté."
        )


class NotABackup(PlatformError):
    """« … n’est pas une sauvegarde entière … »"""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"{file.name} n’est pas une sauvegarde entière de la plateforme ({reason}) : rien n’a été touché. "
            "Indiquez un fichier que « docker compose run --rm backup » a écrit."
        )


class NothingToCopy(PlatformError):
    """« Il n’y a pas de plateforme ici … »"""

    def __init__(self) -> None:
        super().__init__(
            "Il n’y a pas de plateforme ici, ou pas ses secrets : rien n’a été sauvegardé. "
            "Allez dans le dossier où vous l’avez démarrée, puis réessayez."
        )


class CopyFailed(PlatformError):
    """« La copie s’est arrêtée … »"""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"La copie s’est arrêtée : {reason}. Faites de la place s’il le faut, puis réessayez."
        )


def write(platform: Path, *, to: Path) -> Path:
    """Write an archive of a platform that is stopped, whole or not at all; returns its file.

    Raises StillRunning, NothingToCopy, CopyFailed.
    """
    if any(platform.glob(RUNNING)):
        raise StillRunning
    if not _is_whole(f"./{place.relative_to(platform)}" for place in platform.rglob("*")):
        raise NothingToCopy
    file = to / f"milliard-{datetime.now(PARIS):%Y-%m-%dT%H%M%S}.tar.gz"
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)  # it has every secret
    try:
        _tar("--create", "--file", draft, "--directory", platform, ".")
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    return file


def restore(file: Path, *, to: Path) -> None:
    """Put an archive back where there is nothing. Raises NotABackup, NotEmpty, CopyFailed."""
    if not file.is_file():
        raise NotABackup(file, "le fichier n’existe pas")
    try:
        names = _tar("--list", "--file", file).splitlines()
    except CopyFailed:
        raise NotABackup(file, "l’archive est coupée ou abîmée") from None
    if not _is_whole(names):
        raise NotABackup(file, "il y manque la base de données ou les secrets")
    taken = sorted(place.name for place in to.iterdir() if any(place.iterdir()))
    if taken:
        raise NotEmpty(taken)
    _tar(
        "--extract",
        "--file",
        file,
        "--directory",
        to,
        "--same-owner",
        "--numeric-owner",
        "--same-permissions",
    )


def _is_whole(names: Iterable[str]) -> bool:
    missing = set(WHOLE)
    for name in names:
        missing -= {pattern for pattern in missing if fnmatch(name, pattern)}
        if not missing:
            return True
    return False


def _tar(*arguments: str | Path) -> str:
    words = ["tar", "--gzip", *(str(word) for word in arguments)]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise CopyFailed((done.stderr.strip().splitlines() or ["tar"])[-1])
    return done.stdout


def main(words: Sequence[str]) -> int:
    """`write`, or `restore FILE`; an exit code."""
    try:
        match words:
            case ["write"]:
                file = write(PLATFORM, to=BACKUPS)
                hand_over(BACKUPS, file)
                _say(
                    f"{file.name} : {file.stat().st_size / 1e6:.0f} Mo, avec les secrets. Gardez-le comme une clé."
                )
            case ["restore", name]:
                restore(BACKUPS / Path(name).name, to=PLATFORM)
                hand_over(PLATFORM / SECRETS, *(PLATFORM / SECRETS).rglob("*"))
                _say(
                    "La sauvegarde est remise : docker compose run --rm setup, puis docker compose up --detach."
                )
            case _:
                _say("docker compose run --rm backup ; docker compose run --rm restore milliard-….tar.gz")
                return 2
    except PlatformError as error:
        _say(str(error))
        return 1
    return 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
