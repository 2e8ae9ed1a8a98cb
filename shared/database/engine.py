"""The connection of a service to its own database, and the transaction that wraps each thing it does."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from shared.database.work import Work

IDLE_IN_TRANSACTION_SECONDS = 15
"""A process that was stopped in the middle of a transaction gives its locks back after this long, so that
another replica can take its lanes over."""

STATEMENT_SECONDS = 60
"""Longer than any statement of an operation; a runaway one must not hold its locks for ever."""

RANDOM_PAGE_COST = "1.1"
"""What is looked up is in memory or on a solid disk. With PostgreSQL's 4, made for turning disks, a thousand pledges
are looked for by reading all of the first hundred thousand: three times as long (measured)."""


def engine_for(
    url: str, *, pool_size: int, application: str, settings: Mapping[str, str] | None = None
) -> AsyncEngine:
    """An engine for a `postgresql://` address (a socket folder goes in `?host=`).

    `settings` are PostgreSQL's, beside or in place of those that every connection has.
    """
    every = {
        "application_name": application,
        "timezone": "UTC",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "random_page_cost": RANDOM_PAGE_COST,
    }
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=False,
        connect_args={"server_settings": every | dict(settings or {})},
    )


class Database:
    """A service's database. `on_commit` is called after each transaction that recorded events."""

    def __init__(self, *, url: str, service: str, pool_size: int, ahead: timedelta = timedelta()) -> None:
        """`ahead` is how much later it is for this service than the machine's clock says: a rehearsal's."""
        self.service = service
        self.engine = engine_for(url, pool_size=pool_size, application=f"milliard-{service}")
        self.on_commit: Callable[[], None] = lambda: None
        self._ahead = ahead

    def now(self) -> datetime:
        """What time it is for this service."""
        return datetime.now(UTC) + self._ahead

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """One transaction: state, outbox and inbox are committed together, or nothing is."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            work = Work(session=session, service=self.service, clock=self.now)
            async with session.begin():
                yield work
                await work.flush()
            if work.has_recorded:
                self.on_commit()

    async def close(self) -> None:
        await self.engine.dispose()
