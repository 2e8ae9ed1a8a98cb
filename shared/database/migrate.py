"""Migrations: `python -m shared.database.migrate ledger pledges` brings databases up to date, as their owners.

It runs before the services, in a process of its own: only this process knows the owners' passwords
(`MILLIARD_<SERVICE>_OWNER_DATABASE_URL`). Each service keeps its versions in its own `migrations/` folder.
"""

import asyncio
import sys

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from shared.database.engine import engine_for
from shared.database.version import migrations_folder
from shared.settings import setting


def _scripts(service: str) -> ScriptDirectory:
    folder = migrations_folder(service)
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


async def migrate(service: str, *, owner_url: str, to: str = "head") -> None:
    """Bring one service's database to version `to` (tests begin at older ones), the newest where none is named.

    Nothing happens when it is there already.
    """
    scripts = _scripts(service)

    def upgrade(connection: Connection) -> None:
        config = Config()
        with EnvironmentContext(
            config, scripts, fn=lambda revision, _: scripts._upgrade_revs(to, revision)
        ) as environment:
            environment.configure(connection=connection, transactional_ddl=True)
            with environment.begin_transaction():
                environment.run_migrations()

    engine = engine_for(
        owner_url,
        pool_size=1,
        application=f"milliard-migrate-{service}",
        settings={"statement_timeout": "0"},  # to rewrite a table of millions of rows takes minutes
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def _main(services: list[str]) -> None:
    for service in services:  # one after the other: Alembic's `op` is one per process
        await migrate(service, owner_url=setting(f"MILLIARD_{service.upper()}_OWNER_DATABASE_URL"))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
