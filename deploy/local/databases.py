"""A database, an owner role and an application role for each service, on a cluster that is given.

The owner makes the tables (migrations only). The application reads and writes rows; it cannot alter,
truncate or drop. Nobody enters another service's database.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.local.broker import SERVICES
from deploy.local.errors import PlatformError
from deploy.local.keys import Keys

Result = TypeVar("Result")

ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN; END IF;
END $$;
ALTER ROLE {role} LOGIN PASSWORD '{password}';
"""
CLOSED_DATABASE = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {service}_owner;
GRANT CONNECT ON DATABASE {database} TO {service}_app;
ALTER SCHEMA public OWNER TO {service}_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {service}_app;
ALTER DEFAULT PRIVILEGES FOR ROLE {service}_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service}_app;
ALTER DEFAULT PRIVILEGES FOR ROLE {service}_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO {service}_app;
"""


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
                return _run(_execute(self.admin_url, "SELECT 1"))
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
            _run(self._provision(services))
        except asyncpg.InsufficientPrivilegeError as cause:
            raise ProvisioningRefused(cause=cause) from cause

    def owner_url(self, service: str, *, database: str | None = None) -> str:
        """The URL with which a service's migrations connect."""
        return self._url(role=f"{service}_owner", database=database or service)

    def app_url(self, service: str, *, database: str | None = None) -> str:
        """The URL with which a service connects."""
        return self._url(role=f"{service}_app", database=database or service)

    def fresh_database(self, service: str, *, template: str = "template1") -> tuple[str, str]:
        """A new database with the service's roles and a name of its own: its (owner URL, application URL).

        `template` names the database that it is a copy of (a migrated one that nobody is connected to).
        """
        database = f"{service}_{secrets.token_hex(6)}"
        _run(self._make_database(database, service=service, template=template))
        return self.owner_url(service, database=database), self.app_url(service, database=database)

    def drop_database(self, url: str) -> None:
        """Drop the database that an URL of `fresh_database` leads to, whoever is connected to it."""
        name = _name(urlsplit(url).path.removeprefix("/"))
        _run(_execute(self.admin_url, f"DROP DATABASE {name} WITH (FORCE)"))

    async def _provision(self, services: Sequence[str]) -> None:
        admin = await asyncpg.connect(self.admin_url)
        try:
            for service in services:
                for role in (f"{service}_owner", f"{service}_app"):
                    await admin.execute(ROLES.format(role=_name(role), password=self._password(role)))
                await admin.execute(f"GRANT {service}_owner TO CURRENT_USER")  # a plain admin needs it
            present = {row["datname"] for row in await admin.fetch("SELECT datname FROM pg_database")}
        finally:
            await admin.close()
        for service in services:
            if service not in present:
                await self._make_database(service, service=service, template="template1")
            else:
                await self._close_database(service, service=service)

    async def _make_database(self, database: str, *, service: str, template: str) -> None:
        await _execute(
            self.admin_url,
            f"CREATE DATABASE {_name(database)} OWNER {_name(service)}_owner TEMPLATE {_name(template)}",
        )
        await self._close_database(database, service=service)

    async def _close_database(self, database: str, *, service: str) -> None:
        await _execute(
            _with(self.admin_url, database=database),
            CLOSED_DATABASE.format(database=_name(database), service=_name(service)),
        )

    def _url(self, *, role: str, database: str) -> str:
        return _with(self.admin_url, database=database, role=role, password=self._password(role))

    def _password(self, role: str) -> str:
        return self._keys.secret(f"database-{role}")


def _name(name: str) -> str:
    """A name that is safe in SQL where no parameter can stand."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a plain SQL name: {name!r}")
    return name


def _with(url: str, *, database: str, role: str | None = None, password: str | None = None) -> str:
    """The same cluster's URL for another database, and as another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    credentials = f"{role}:{quote(password or '', safe='')}" if role else parts.netloc.rpartition("@")[0]
    return urlunsplit(("postgresql", f"{credentials}@{place}", f"/{database}", parts.query, ""))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in a thread of its own, since the caller may already be inside an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
