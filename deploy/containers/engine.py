"""The engine that containers run on: whichever `docker` and Compose this machine has."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from deploy.local.errors import PlatformError

CHECKOUT = Path(__file__).parents[2]


class NoEngine(PlatformError):
    """« Aucun moteur de conteneurs ne répond … »"""

    def __init__(self, *, reason: str) -> None:
        super().__init__(
            f"Aucun moteur de conteneurs ne répond ({reason}). Démarrez Docker, ou indiquez-le dans DOCKER_HOST."
        )


class EngineFailed(PlatformError):
    """« La commande docker … a échoué … »"""

    def __init__(self, *, command: Sequence[str], said: str) -> None:
        super().__init__(f"La commande « {' '.join(command)} » a échoué :\n{said.strip()[-4000:]}")


def docker(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """What a `docker` command says. Raises EngineFailed."""
    return run("docker", *arguments, environment=environment)


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """What a command says on its standard output, from the checkout's folder. Raises EngineFailed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=CHECKOUT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise EngineFailed(command=words, said=done.stdout + done.stderr)
    return done.stdout


def ensure_engine() -> None:
    """Return if an engine answers. Raises NoEngine."""
    if shutil.which("docker") is None:
        raise NoEngine(reason="la commande « docker » est introuvable")
    try:
        docker("version", "--format", "{{.Server.Version}}")
    except EngineFailed as failure:
        raise NoEngine(reason=str(failure).splitlines()[-1]) from failure


@cache
def compose() -> tuple[str, ...]:
    """The command of Compose: the engine's plug-in, else the program of its own. Raises NoEngine."""
    for command in (("docker", "compose"), ("docker-compose",)):
        if shutil.which(command[0]) and _works(*command, "version"):
            return command
    raise NoEngine(reason="« docker compose » est introuvable")


def _works(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
