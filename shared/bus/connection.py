"""Connections to the broker: they never give up, keep to their own inbox, and say what was denied.

A denied publish shows as a timeout to its caller; only the error callback knows why, so it is logged here.
"""

from contextlib import suppress

import nats
import structlog
from nats.aio.client import Client

log = structlog.get_logger(__name__)

RECONNECT_SECONDS = 1


def servers(url: str) -> list[str]:
    """The servers of an address: one, or the nodes of a cluster, comma-separated; a client goes on to the next."""
    return url.split(",")


async def connect(url: str, *, service: str, name: str) -> Client:
    """Connect, waiting for as long as the broker is away. `url` may name several servers (`servers`)."""

    async def on_error(error: Exception) -> None:
        log.warning("broker_error", connection=name, error=type(error).__name__, detail=str(error)[:200])

    return await nats.connect(
        servers(url),
        name=name,
        inbox_prefix=f"_INBOX_{service}".encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=RECONNECT_SECONDS,
        allow_reconnect=True,
        error_cb=on_error,
    )


async def leave(connection: Client) -> None:
    """Close a connection, lost or not: nats-py's `close` fails on one that it had not yet seen to be lost."""
    with suppress(OSError):
        await connection.close()
