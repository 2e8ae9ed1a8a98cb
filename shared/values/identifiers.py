"""Identifiers that arrive in their index in the order in which they are made (RFC 9562): an index of random ones
reads and writes pages all over the disk once it is larger than memory."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """A new UUIDv7. It carries its creation time: never show one where that time must stay private."""
    return compat.uuid7()


def named_id(namespace: UUID, name: str) -> UUID:
    """The UUIDv5 of a name: the same each time that it is asked for. Half the cost of the language's own."""
    return compat.uuid5(namespace, name)


def dated_id(day: date, number: int, name: str) -> UUID:
    """The UUIDv8 of a name: the same each time that it is asked for, and in the order of `day` and `number`.

    The first 48 bits are milliseconds as in UUIDv7: the day's midnight (UTC; 1970 for what is older) and `number`
    more. 74 bits of the name's SHA-256 follow.
    """
    milliseconds = max(day.toordinal() - _EPOCH, 0) * _DAY_MILLISECONDS + number
    return _version_8(milliseconds.to_bytes(6, "big") + sha256(name.encode()).digest()[:10])


def companion_id(id: UUID, name: str) -> UUID:
    """The UUIDv8 of something that `id` has one of, by its name: the same each time, and in the order of `id`."""
    return _version_8(id.bytes[:6] + sha256(id.bytes + name.encode()).digest()[:10])


_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MILLISECONDS = 86_400_000
_VERSION, _VARIANT = 0x8 << 76, 0b10 << 62
_FREE_BITS = ~(0xF << 76 | 0b11 << 62)


def _version_8(bytes: bytes) -> UUID:
    return UUID(int=int.from_bytes(bytes, "big") & _FREE_BITS | _VERSION | _VARIANT)
