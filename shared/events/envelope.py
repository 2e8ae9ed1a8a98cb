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
    causation_id: UUID | None = None,
    traceparent: str | None = None,
) -> str:
    """The NATS headers of an event that its publisher says, as the broker's protocol has them: `name: value` lines.

    Names are in lower case, since clients differ on their case; `Nats-Msg-Id` is last. Without `correlation_id` the
    event begins a chain of its own. Raises ValueError for a value that no envelope may have.
    """
    written = str(id)
    correlation = _checked(correlation_id, "ce-correlationid") if correlation_id else written
    lines = (
        f"ce-specversion: 1.0\r\nce-id: {written}\r\nce-type: {event.type}\r\n"
        f"ce-source: /milliard/{event.publisher}\r\nce-subject: {_checked(event.key, 'ce-subject')}\r\n"
        f"ce-time: {_written(occurred_at)}\r\nce-datacontenttype: application/json\r\n"
        f"ce-correlationid: {correlation}\r\n"
    )
    if causation_id:
        lines += f"ce-causationid: {causation_id}\r\n"
    if traceparent:
        lines += f"traceparent: {_checked(traceparent, 'traceparent')}\r\n"
    return f"{lines}Nats-Msg-Id: {written}\r\n"


def read_headers(lines: str) -> dict[str, str]:
    """The headers that `headers_of` wrote, by their name."""
    return dict(line.split(": ", 1) for line in lines.removesuffix("\r\n").split("\r\n"))


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travelled beside the payload of one event, as far as who hears it needs it."""

    id: UUID
    type: str
    source: str
    key: str
    occurred_at: datetime
    correlation_id: str

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
                key=_checked(headers["ce-subject"], "ce-subject"),
                occurred_at=occurred_at,
                correlation_id=_checked(
                    headers.get("ce-correlationid", headers["ce-id"]), "ce-correlationid"
                ),
            )
        except KeyError as missing:
            raise ValueError(f"header {missing} is missing") from None


def _checked(value: str, name: str) -> str:
    """A line end in a value would begin a header of its own."""
    if not (0 < len(value) <= LONGEST_KEY and value.isprintable()):
        raise ValueError(f"{name} is empty, too long, or not printable")
    return value


@lru_cache(maxsize=1)  # the events of a transaction have one time
def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
