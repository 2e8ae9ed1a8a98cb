"""The tables that the code declares are the tables that migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect

from services.members.tables import MembersTable

TABLES = MembersTable.metadata.tables


async def test_columns_indexes_and_keys_match_the_migrated_schema(service):
    """Alembic finds nothing to change in the tables of this service."""

    def differences(connection: Connection) -> list:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parents: kind != "table" or name in TABLES,
            },
        )
        return compare_metadata(context, MembersTable.metadata)

    async with service.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_constraints_have_the_declared_names(service):
    """Primary keys and checks too, which Alembic does not compare."""

    def names(connection: Connection) -> dict[str, set]:
        found = inspect(connection)
        return {
            table: {found.get_pk_constraint(table)["name"]}
            | {one["name"] for one in found.get_check_constraints(table)}
            for table in TABLES
        }

    declared = {
        name: {table.primary_key.name}
        | {one.name for one in table.constraints if isinstance(one, CheckConstraint)}
        for name, table in TABLES.items()
    }
    async with service.database.engine.connect() as connection:
        assert await connection.run_sync(names) == declared
