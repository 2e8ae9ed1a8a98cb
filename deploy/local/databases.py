"""The services' databases and roles (`shared.database.provision`) on a given cluster, with a home's passwords."""

import asyncio
import secrets
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

from deploy.local.broker import SERVICES
from deploy.local.errors import PlatformError
from deploy.local.keys import Keys
from shared.database.provision import (
    application_of,
    drop_database,
    execute,
    make_database,
    owner_of,
    provision,
    url_with,
)

Result = TypeVar("Result")


class DatabaseUnreachable(PlatformError):
    """« La base de données ne répond pas … »"""

    def __init__(self, *, seconds: float, cause: object) -> None:
        super().__init__(
            f"La base de données ne répond pas depuis {seconds:.0f} s ({cause}). Vérifiez DATABASE_URL."
        )


class ProvisioningRefused(PlatformError):
    """« L’utilisateur de DATABASE_URL ne peut pas … »"""

    def __init__(self, *, cause: object) -> None:
        super().__init__(
            f"L’utilisateur de DATABASE_URL ne peut pas créer les rôles et les bases des services ({cause}). "
            "Il lui faut CREATEROLE et CREATEDB."
        )


class Databases:
    """The services' databases on the cluster at `admin_url`, whose user may create roles and databases."""

    def __init__(self, *, home: Path, admin_url: str) -> None:
        self.admin_url = admin_url
        self._keys = Keys(home=home)

    def start(self, *, within_seconds: float = 30) -> None:
        """Return once the cluster accepts connections. Raises DatabaseUnreachable."""
        deadline = time.monotonic() + within_seconds
        while True:
            try:
                return _run(execute(self.admin_url, "SELECT 1"))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as cause:
                if time.monotonic() > deadline:
                    raise DatabaseUnreachable(seconds=within_seconds, cause=cause) from cause
                time.sleep(0.5)

    def stop(self) -> None:
        """Nothing: this cluster is somebody else's."""

    def provision(self, services: Sequence[str] = SERVICES) -> None:
        """Make what is missing: roles, databases, privileges. Running it again changes nothing.

        Raises ProvisioningRefused.
        """
        try:
            _run(provision(self.admin_url, services, password_of=self._password))
        except asyncpg.InsufficientPrivilegeError as cause:
            raise ProvisioningRefused(cause=cause) from cause

    def owner_url(self, service: str, *, database: str | None = None) -> str:
        """The URL with which a service's migrations connect."""
        return self._url(role=owner_of(service), database=database or service)

    def app_url(self, service: str, *, database: str | None = None) -> str:
        """The URL with which a service connects."""
        return self._url(role=application_of(service), database=database or service)

    def fresh_database(self, service: str, *, template: str = "template1") -> tuple[str, str]:
        """A new database with the service's roles and a name of its own: its (owner URL, application URL).

        `template` names the database that it is a copy of (a migrated one that nobody is connected to).
        """
        database = f"{service}_{secrets.token_hex(6)}"
        _run(make_database(self.admin_url, database, service=service, template=template))
        return self.owner_url(service, database=database), self.app_url(service, database=database)

    def drop_database(self, url: str) -> None:
        """Drop the database that an URL of `fresh_database` leads to, whoever is connected to it."""
        _run(drop_database(self.admin_url, urlsplit(url).path.removeprefix("/")))

    def _url(self, *, role: str, database: str) -> str:
        return url_with(self.admin_url, database=database, role=role, password=self._password(role))

    def _password(self, role: str) -> str:
        return self._keys.secret(f"database-{role}")


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in a thread of its own, since the caller may already be inside an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
