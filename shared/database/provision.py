"""A database, an owner role and an application role for each service, on a cluster that is given.

The owner makes the tables (migrations only). The application reads and writes rows; it cannot alter,
truncate or drop. Nobody enters another service's database.

`python -m shared.database.provision ledger pledges` makes what is missing before the migrations run, as the cluster's
administrator (`MILLIARD_ADMIN_DATABASE_URL`, who may create roles and databases); the roles' passwords are those of the
addresses that migrations and services are told (`MILLIARD_LEDGER_OWNER_DATABASE_URL`, `MILLIARD_LEDGER_DATABASE_URL`).
"""

import asyncio
import re
import sys
from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from shared.settings import setting

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


def owner_of(service: str) -> str:
    """The role that owns a service's tables."""
    return f"{service}_owner"


def application_of(service: str) -> str:
    """The role that a running service connects as."""
    return f"{service}_app"


async def provision(admin_url: str, services: Sequence[str], *, password_of: Callable[[str], str]) -> None:
    """Make what is missing: roles, databases, privileges. Running it again changes nothing but passwords that changed.

    `password_of(role)` is in URL-safe letters. Raises asyncpg.InsufficientPrivilegeError, ValueError.
    """
    admin = await asyncpg.connect(admin_url)
    try:
        for service in services:
            for role in (owner_of(service), application_of(service)):
                password = _plain(password_of(role), r"[A-Za-z0-9_.~-]+")
                await admin.execute(ROLES.format(role=_name(role), password=password))
            await admin.execute(f"GRANT {owner_of(service)} TO CURRENT_USER")  # a plain admin needs it
        present = {row["datname"] for row in await admin.fetch("SELECT datname FROM pg_database")}
    finally:
        await admin.close()
    for service in services:
        if service not in present:
            await make_database(admin_url, service, service=service)
        else:
            await _close_database(admin_url, service, service=service)


async def make_database(admin_url: str, database: str, *, service: str, template: str = "template1") -> None:
    """A new database that only a service's two roles enter; `template` is what it is a copy of."""
    await execute(
        admin_url,
        f"CREATE DATABASE {_name(database)} OWNER {_name(owner_of(service))} TEMPLATE {_name(template)}",
    )
    await _close_database(admin_url, database, service=service)


async def drop_database(admin_url: str, database: str) -> None:
    """Drop a database, whoever is connected to it."""
    await execute(admin_url, f"DROP DATABASE {_name(database)} WITH (FORCE)")


async def execute(url: str, statement: str) -> None:
    """One statement on a connection of its own."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def url_with(url: str, *, database: str, role: str | None = None, password: str | None = None) -> str:
    """The same cluster's URL for another database, and as another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    credentials = f"{role}:{quote(password or '', safe='')}" if role else parts.netloc.rpartition("@")[0]
    return urlunsplit(("postgresql", f"{credentials}@{place}", f"/{database}", parts.query, ""))


async def _close_database(admin_url: str, database: str, *, service: str) -> None:
    await execute(
        url_with(admin_url, database=database),
        CLOSED_DATABASE.format(database=_name(database), service=_name(service)),
    )


def _name(name: str) -> str:
    """A name that is safe in SQL where no parameter can stand."""
    return _plain(name, r"[a-z][a-z0-9_]{0,62}")


def _plain(text: str, pattern: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError("a name or a password has letters that SQL text must not have here")
    return text


def _told_password(role: str) -> str:
    """The password in the address that the role's program is told."""
    service, _, kind = role.rpartition("_")
    owner = "OWNER_" if kind == "owner" else ""
    return unquote(urlsplit(setting(f"MILLIARD_{service.upper()}_{owner}DATABASE_URL")).password or "")


if __name__ == "__main__":
    asyncio.run(provision(setting("MILLIARD_ADMIN_DATABASE_URL"), sys.argv[1:], password_of=_told_password))
