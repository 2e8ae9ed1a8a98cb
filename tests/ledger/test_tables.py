"""The tables in Python are those that the migrations make."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateTable

from services.ledger.tables import LedgerTable


async def test_the_migrated_schema_is_the_one_of_the_tables(make_service: Any) -> None:
    """Tables, columns, nullability, defaults, keys and indexes are the same."""
    service = await make_service("ledger")
    own = set(LedgerTable.metadata.tables)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: kind != "table" or name in own,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        return list(compare_metadata(context, LedgerTable.metadata))

    async with service.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_constraints_have_the_same_names_and_say_the_same(owner: AsyncEngine) -> None:
    """PostgreSQL writes each constraint of the tables as it writes the migrated one."""
    tables = LedgerTable.metadata.sorted_tables
    names = {constraint.name for table in tables for constraint in table.constraints}
    async with owner.connect() as connection:
        migrated = await _constraints(connection, "public")
        for table in tables:  # temporary copies, made from the Python tables alone
            created = str(CreateTable(table).compile(owner.sync_engine))
            await connection.execute(text(created.replace("CREATE TABLE", "CREATE TEMP TABLE")))
        made = await _constraints(connection, "pg_temp%")
    own = {name: said for name, said in migrated.items() if name in names}
    assert own.keys() == names
    assert made == own


async def _constraints(connection: Any, schema: str) -> dict[str, str]:
    found = await connection.execute(
        text(
            "select conname, pg_get_constraintdef(c.oid) from pg_constraint c"
            " join pg_namespace n on n.oid = c.connamespace where contype <> 'n' and nspname like :schema"
        ),
        {"schema": schema},
    )
    return {row.conname: row.pg_get_constraintdef for row in found}
