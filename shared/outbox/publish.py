"""Publishes a run of messages of one stream: an atomic batch (ADR-50), or one by one where that cannot be.

With `sync_interval: always` a batch costs one sync instead of one for each message. A single duplicate rejects
a batch whole (error 10201): then each message goes alone, in order, and the broker drops the duplicates.
Never a window: after a failure in one, later messages would stand before earlier ones.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nats.aio.client import Client

from shared.bus.handlers import Unavailable

LARGEST_BATCH = 1000
"""The server's limit of messages in an atomic batch."""

ACK_SECONDS = 10.0
DUPLICATE_IN_BATCH = 10201


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the outbox holds it."""

    position: int
    subject: str
    headers: dict[str, str]
    payload: bytes


class PublishRefused(Unavailable):
    """The broker answered and did not store: the stream is full, missing, or the batch is not allowed."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


async def publish_run(client: Client, messages: Sequence[Outgoing]) -> None:
    """Store messages of one stream in their order. Raises PublishRefused, or TimeoutError when nobody answers."""
    for start in range(0, len(messages), LARGEST_BATCH):
        part = messages[start : start + LARGEST_BATCH]
        if len(part) == 1:
            await publish_one(client, part[0])
            continue
        try:
            await _publish_atomically(client, part)
        except PublishRefused as error:
            if error.code != DUPLICATE_IN_BATCH:
                raise
            for message in part:
                await publish_one(client, message)


async def publish_one(client: Client, message: Outgoing) -> None:
    """Store one message."""
    await _request(client, message.subject, message.payload, message.headers)


async def _publish_atomically(client: Client, messages: Sequence[Outgoing]) -> None:
    batch = uuid4().hex
    last = len(messages)
    for sequence, message in enumerate(messages, start=1):
        headers = {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(sequence)}
        if sequence < last:
            await client.publish(message.subject, message.payload, headers=headers)
        else:
            await _request(client, message.subject, message.payload, {**headers, "Nats-Batch-Commit": "1"})


async def _request(client: Client, subject: str, payload: bytes, headers: dict[str, str]) -> None:
    answer = await client.request(subject, payload, timeout=ACK_SECONDS, headers=headers)
    if answer.headers and answer.headers.get("Status") == "503":
        raise PublishRefused(503, "no stream listens")
    result: dict[str, Any] = json.loads(answer.data)
    if error := result.get("error"):
        raise PublishRefused(int(error.get("err_code", error.get("code", 0))), str(error.get("description")))
