"""From bytes to a contract. A consumer trusts nothing: subject, envelope and payload must say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from shared.events import Envelope, Heard
from shared.events.catalog import contract_of


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came: what is needed to decode it, to park it, and to say where it stood."""

    subject: str
    headers: Mapping[str, str]
    payload: bytes
    stream: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Invalid:
    """A message that no handler may see, and why. `key` comes from the envelope where it has one.

    `id` is the message's place in its stream: the id that it claims may be another event's, still to come.
    """

    id: UUID
    key: str
    reason: str


def decode(arrived: Arrived) -> Heard | Invalid:
    """The event of a message, or why it is none."""
    try:
        envelope = Envelope.from_headers(arrived.headers)
    except ValueError as error:
        return _invalid(arrived, key="", reason=f"envelope: {error}")
    invalid = partial(_invalid, arrived, envelope.key)

    contract = contract_of(envelope.type)
    if contract is None:
        return invalid(f"type {envelope.type} is unknown to this release")
    if envelope.source != f"/milliard/{contract.publisher}":
        return invalid(f"source {envelope.source} may not publish {contract.type}")
    try:
        event = contract.model_validate_json(arrived.payload)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) or "body" for problem in error.errors())
        return invalid(f"payload does not fit {contract.type}: {fields}")
    if event.subject != arrived.subject:
        return invalid(f"subject {arrived.subject} is not the one of the payload, {event.subject}")
    if event.key != envelope.key:
        return invalid("the envelope's subject is not the payload's aggregate")
    return Heard(
        event=event,
        id=envelope.id,
        occurred_at=envelope.occurred_at,
        correlation_id=envelope.correlation_id,
        payload=arrived.payload,
    )


def _invalid(arrived: Arrived, key: str, reason: str) -> Invalid:
    content = sha256(arrived.payload).hexdigest()
    place = uuid5(NAMESPACE_URL, f"{arrived.stream}:{arrived.sequence}:{content}")
    return Invalid(id=place, key=key, reason=reason)
