"""The hash chain of a territory: each entry's hash covers the one before it, so that no row can change unseen.

The canonical bytes hold integers and text only, in a fixed order, behind a version byte: they must come out
the same on every machine for as long as the books are kept.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from pydantic_core import to_json

VERSION = b"\x01"
GENESIS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    """The bytes that are hashed. `lines` are (account, amount in minor units, fund, currency, instrument).

    They are those of `json.dumps(…, ensure_ascii=False, separators=(",", ":"))`, with identifiers and days as text:
    anybody can check a chain with the language alone. This writer makes the same bytes
    eight times as fast, from plain tuples and texts: it looks twice at what is derived from them.
    """
    return to_json(
        [
            territory,
            seq,
            event_id,
            str(journal),
            entry_number,
            entry_on,
            value_on,
            document,
            label,
            payload_hash.hex(),
            statement_id,
            line_id,
            microseconds(recorded_at),
            [*map(tuple, lines)],
        ]
    )


@lru_cache(maxsize=16)  # a batch has one moment
def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exactly: floats would not survive another machine."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def next_hash(previous: bytes, canonical: bytes) -> bytes:
    """The hash of an entry that follows `previous`."""
    return hashlib.sha256(VERSION + previous + canonical).digest()
