"""Two kinds of failure: the infrastructure's, which says nothing about an event, and the event's own."""

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus.handlers import Unavailable

_INFRASTRUCTURE_CLASSES = frozenset({"08", "40", "53", "55", "57", "58"})
"""SQLSTATE classes: connection, rollback (serialisation, deadlock), resources, locks, operator intervention,
system error (PostgreSQL, appendix A)."""


def is_infrastructure(error: BaseException) -> bool:
    """Whether a failure comes from what the service stands on and not from the event."""
    if isinstance(error, (Unavailable, OSError, TimeoutError, PoolTimeout, InterfaceError)):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or state[:2] in _INFRASTRUCTURE_CLASSES
    return False


def reason_of(error: BaseException) -> str:
    """What is kept of a failure: its type and first line, never the parameters of a statement."""
    origin = getattr(error, "orig", None) or error
    lines = str(origin).splitlines()
    return f"{type(origin).__name__}: {lines[0] if lines else ''}"[:500]
