"""The tables that the code knows and the ones that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.pledges.tables import Table


async def test_the_migrations_make_the_tables_that_the_code_knows(pledges):
    """Columns, types, nullability, defaults, keys and indexes are the same on both sides."""
    known = set(Table.metadata.tables)

    def only_ours(thing, name, kind, reflected, compare_to) -> bool:
        return (name if kind == "table" else thing.table.name) in known

    def differences(connection):
        context = MigrationContext.configure(
            connection,
            opts={"include_object": only_ours, "compare_type": True, "compare_server_default": True},
        )
        return compare_metadata(context, Table.metadata)

    async with pledges.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_checks_are_the_same_on_both_sides(pledges):
    """Alembic does not compare check constraints: their names are compared here."""
    named = {
        constraint.name
        for table in Table.metadata.tables.values()
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_")
    }
    async with pledges.database.begin() as work:
        rows = await work.execute(
            "select conname from pg_constraint where contype = 'c'"
            " and conrelid::regclass::text = any(cast(:tables as text[]))",
            tables=list(Table.metadata.tables),
        )
        assert set(rows.scalars()) == named
