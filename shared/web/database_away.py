"""Tells a database that is away, starting or out of room from a fault of ours: 503 and « réessayez », not 500."""

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = frozenset({"08", "53", "57"})
"""SQLSTATE classes: connection, resources, operator intervention (PostgreSQL, appendix A)."""

RETRY_AFTER_SECONDS = 2


def is_away(error: BaseException) -> bool:
    """Whether a request failed because its database cannot be asked now. Not for values that it refused."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or isinstance(error, InterfaceError) or state[:2] in AWAY
    return isinstance(error, (ConnectionError, PoolTimeout))
