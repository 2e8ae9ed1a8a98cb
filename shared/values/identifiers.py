"""Identifiers: UUIDv7, so that rows arrive in their index in the order in which they are made (RFC 9562)."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A new UUIDv7. It carries its creation time: never show one where that time must stay private."""
    return UUID(int=uuid_utils.uuid7().int)
