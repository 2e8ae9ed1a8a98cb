"""The envelope: CloudEvents 1.0 in binary mode, `ce-*` headers around a pure JSON payload.

Source: CloudEvents NATS protocol binding 1.0.3. `ce-id` is also `Nats-Msg-Id` (the broker's own
duplicate window) and the inbox key; `ce-subject` is the key of ordering.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Generic, TypeVar
from uuid import UUID

from shared.events.contract import Event

E = TypeVar("E", bound=Event)

LONGEST_KEY = 200
"""Keys are identifiers; a longer one would not fit in the index of the events that are set aside."""


@dataclass(frozen=True, slots=True)
class Heard(Generic[E]):
    """An event as a handler gets it: the contract, and what its envelope said."""

    event: E
    id: UUID
    occurred_at: datetime
    correlation_id: str
    payload: bytes


def headers_of(
    event: Event,
    *,
    id: UUID,
    occurred_at: datetime,
    correlation_id: str | None = None,
    causation_id: str | None = None,
    traceparent: str | None = None,
) -> dict[str, str]:
    """The NATS headers of an event that its publisher says, names in lower case: clients differ on their case.

    Without `correlation_id` it begins a chain of its own. Raises ValueError for a key that no envelope may have.
    """
    written = str(id)
    headers = {
        "ce-specversion": "1.0",
        "ce-id": written,
        "ce-type": event.type,
        "ce-source": f"/milliard/{event.publisher}",
        "ce-subject": _checked(event.key),
        "ce-time": _written(occurred_at),
        "ce-datacontenttype": "application/json",
        "ce-correlationid": correlation_id or written,
        "Nats-Msg-Id": written,
    }
    if causation_id:
        headers["ce-causationid"] = causation_id
    if traceparent:
        headers["traceparent"] = traceparent
    return headers


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travelled beside the payload of one event."""

    id: UUID
    type: str
    source: str
    key: str
    occurred_at: datetime
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "Envelope":
        """Read an envelope. Raises ValueError when a header that must be there is missing or malformed."""
        try:
            occurred_at = datetime.fromisoformat(headers["ce-time"])
            if occurred_at.tzinfo is None:
                raise ValueError("ce-time has no time zone")
            return cls(
                id=UUID(headers["ce-id"]),
                type=headers["ce-type"],
                source=headers["ce-source"],
                key=_checked(headers["ce-subject"]),
                occurred_at=occurred_at,
                correlation_id=headers.get("ce-correlationid", headers["ce-id"]),
                causation_id=headers.get("ce-causationid"),
                traceparent=headers.get("traceparent"),
            )
        except KeyError as missing:
            raise ValueError(f"header {missing} is missing") from None


def _checked(key: str) -> str:
    if not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise ValueError("the key (ce-subject) is empty, too long, or not printable")
    return key


@lru_cache(maxsize=1)  # the events of a transaction have one time
def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
