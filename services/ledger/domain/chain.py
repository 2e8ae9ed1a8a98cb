"""The hash chain of a territory: each entry's hash covers the one before it, so that no row can change unseen.

The canonical bytes hold integers and text only, in a fixed order, behind a version byte: they must come out
the same on every machine for as long as the books are kept.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

VERSION = b"\x01"
GENESIS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical_entry(
    *,
    territory: str,
    seq: int,
    event_id: UUID,
    journal: str,
    entry_number: int,
    entry_on: date,
    value_on: date,
    document: str,
    label: str,
    payload_hash: bytes,
    statement_id: UUID | None,
    line_id: UUID | None,
    recorded_at: datetime,
    lines: Sequence[tuple[str, int, str, str, str]],
) -> bytes:
    """The bytes that are hashed. `lines` are (account, amount in minor units, fund, currency, instrument)."""
    fields: list[Any] = [
        territory,
        seq,
        str(event_id),
        journal,
        entry_number,
        entry_on.isoformat(),
        value_on.isoformat(),
        document,
        label,
        payload_hash.hex(),
        str(statement_id) if statement_id else None,
        str(line_id) if line_id else None,
        microseconds(recorded_at),
        lines,
    ]
    return _ENCODER.encode(fields).encode()


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exactly: floats would not survive another machine."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def next_hash(previous: bytes, canonical: bytes) -> bytes:
    """The hash of an entry that follows `previous`."""
    return hashlib.sha256(VERSION + previous + canonical).digest()
