"""The migrated schema and the tables in code are the same."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from services.notifications.tables import metadata


async def test_the_migrations_make_the_tables_that_the_code_declares(service):
    """Autogenerate finds nothing to change, plumbing tables aside."""

    def differences(connection: Connection) -> list:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables},
        )
        return compare_metadata(context, metadata)

    async with service.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
