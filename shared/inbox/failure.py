"""Two kinds of failure: the infrastructure's, which says nothing about an event, and the event's own."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus.handlers import Unavailable

_INFRASTRUCTURE_CLASSES = frozenset({"08", "40", "53", "55", "57", "58"})
"""SQLSTATE classes: connection, rollback (serialisation, deadlock), resources, locks, operator intervention,
system error (PostgreSQL, appendix A)."""


def is_infrastructure(error: BaseException) -> bool:
    """Whether a failure comes from what the service stands on and not from the event."""
    if _cannot_be_encoded(error):
        return False
    if isinstance(error, (Unavailable, OSError, TimeoutError, PoolTimeout, InterfaceError)):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or state[:2] in _INFRASTRUCTURE_CLASSES
    return False


def reason_of(error: BaseException) -> str:
    """What is kept of a failure: its type and first line, never the parameters of a statement."""
    if _cannot_be_encoded(error):
        return "DataError: a value does not fit the type of its column"
    origin = getattr(error, "orig", None) or error
    lines = str(origin).splitlines()
    return storable(f"{type(origin).__name__}: {lines[0] if lines else ''}"[:500])


def storable(text: str) -> str:
    """A text from outside as PostgreSQL can keep it: without NUL and lone surrogates, in `text` and in `jsonb`.

    What sets a bad message aside must not fail on it: the lane would stop at that message for ever.
    """
    return text.replace("\0", "\ufffd").encode("utf-8", errors="replace").decode("utf-8")


def _cannot_be_encoded(error: BaseException) -> bool:
    """Whether a statement's parameter was refused before it was sent (a number beyond bigint, for example).

    asyncpg counts that among its interface errors, beside lost connections; it is the event's own failure.
    """
    origin = getattr(error, "orig", None)
    return isinstance(getattr(origin, "__cause__", None), asyncpg.DataError)
