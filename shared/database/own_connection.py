"""One connection apart from the pool: for what must go on however many requests and batches there are.

Each statement is a transaction by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from shared.database.engine import Database, engine_for


class OwnConnection:
    """A connection to a service's database for one purpose, named in `pg_stat_activity`."""

    def __init__(
        self, *, database: Database, purpose: str, settings: Mapping[str, str] | None = None
    ) -> None:
        """`settings` are PostgreSQL's, for this connection."""
        self._engine = engine_for(
            database.engine.url.render_as_string(hide_password=False),
            pool_size=1,
            application=f"milliard-{database.service}-{purpose}",
            settings=settings,
        ).execution_options(isolation_level="AUTOCOMMIT")

    async def rows(self, statement: str, **parameters: Any) -> Sequence[Any]:
        """Run a statement; its rows, none where it returns none."""
        async with self._engine.connect() as connection:
            result = await connection.execute(text(statement), parameters)
            return result.all() if result.returns_rows else ()

    async def change(self, statement: str, **parameters: Any) -> int:
        """Run a statement; how many rows it changed."""
        async with self._engine.connect() as connection:
            return int((await connection.execute(text(statement), parameters)).rowcount)

    async def close(self) -> None:
        await self._engine.dispose()
