"""The tables in Python are those that the migrations make."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from services.projects.tables import ProjectsTable


async def test_the_migrated_schema_is_the_one_of_the_tables(make_service: Any) -> None:
    """Tables, columns, nullability, keys and indexes are the same."""
    service = await make_service("projects")
    own = set(ProjectsTable.metadata.tables)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in own, "compare_type": True},
        )
        return list(compare_metadata(context, ProjectsTable.metadata))

    async with service.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_checks_have_the_same_names_and_values(make_service: Any) -> None:
    """Each check constraint of the tables is in the database."""
    service = await make_service("projects")
    expected = {
        constraint.name
        for table in ProjectsTable.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name
    }
    async with service.database.engine.connect() as connection:
        rows = await connection.execute(
            text(
                "select conname from pg_constraint where contype <> 'n' and conrelid in"
                " ('organisations'::regclass, 'needs'::regclass, 'disbursements'::regclass)"
            )
        )
    assert {row[0] for row in rows} == expected
