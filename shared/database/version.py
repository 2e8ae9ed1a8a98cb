"""The version that a service's database must have: the number of its newest migration file (`0001_start.py`).

Apart from `migrate`, so that a service need not load Alembic to say that it is ready.
"""

from functools import cache
from importlib import import_module
from pathlib import Path


def migrations_folder(service: str) -> Path:
    """Where a service keeps its migrations."""
    return Path(import_module(f"services.{service}").__path__[0]) / "migrations"


@cache
def newest_version(service: str) -> str:
    """The newest migration of this release of a service."""
    return max(file.name[:4] for file in migrations_folder(service).glob("[0-9][0-9][0-9][0-9]_*.py"))
