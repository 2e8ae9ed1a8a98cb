"""Publishes a run of messages of one stream: an atomic batch (ADR-50), or one by one where that cannot be.

With `sync_interval: always` a batch costs one sync instead of one for each message. A single duplicate rejects
a batch whole (error 10201): then each message goes alone, in order, and the broker drops the duplicates.
Never a window: after a failure in one, later messages would stand before earlier ones.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from nats.aio.client import Client

from shared.bus.handlers import Unavailable
from shared.events import read_headers
from shared.outbox.wire import encode, send

LARGEST_BATCH = 1000
"""The server's limit of messages in an atomic batch."""

LARGEST_BATCH_BYTES = 2 * 1024**2
"""A batch must fit into the last fifth of a stream, which the keeper keeps free. A thousand of ours have 0.4 MiB."""

ACK_SECONDS = 10.0
DUPLICATE_IN_BATCH = 10201


class Outgoing(NamedTuple):
    """One message as the outbox holds it; its headers are lines of the broker's protocol."""

    position: int
    subject: str
    headers: str
    payload: bytes


class PublishRefused(Unavailable):
    """The broker answered and did not store: the stream is full, missing, or the batch is not allowed."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


async def publish_run(client: Client, messages: Sequence[Outgoing]) -> None:
    """Store messages of one stream in their order.

    Raises PublishRefused, Unpublishable, or TimeoutError when nobody answers.
    """
    for batch in batches(messages):
        await publish_batch(client, batch)


def batches(messages: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    """The messages in order, cut where a batch would be too long or too heavy."""
    start = size = 0
    for place, message in enumerate(messages):
        size += len(message.payload)
        if place > start and (place - start == LARGEST_BATCH or size > LARGEST_BATCH_BYTES):
            yield messages[start:place]
            start, size = place, len(message.payload)
    if start < len(messages):
        yield messages[start:]


async def publish_batch(client: Client, messages: Sequence[Outgoing]) -> int:
    """Store one batch, whole or not at all. Returns the stream's sequence of its last message."""
    if len(messages) == 1:
        return await publish_one(client, messages[0])
    try:
        return await _publish_atomically(client, messages)
    except PublishRefused as error:
        if error.code != DUPLICATE_IN_BATCH:
            raise
    last = 0
    for message in messages:
        last = max(last, await publish_one(client, message))
    return last


async def publish_one(client: Client, message: Outgoing) -> int:
    """Store one message; returns its sequence in the stream, the first one's where it is a duplicate."""
    _encoded(client, message)  # refused here where it is too large: the server would end the connection
    return await _request(client, message, added={})


async def _publish_atomically(client: Client, messages: Sequence[Outgoing]) -> int:
    batch = uuid4().hex
    await send(client, _all_but_last(client, messages, batch=batch))
    commit = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(messages)), "Nats-Batch-Commit": "1"}
    return await _request(client, messages[-1], added=commit)  # its answer is the whole batch's


def _all_but_last(client: Client, messages: Sequence[Outgoing], *, batch: str) -> bytes:
    """A batch as it is sent, before its last message; that one is looked at too, before anything is sent.

    Nobody keeps it while the broker answers: dozens of lanes wait at one time, each for a megabyte.
    """
    last = len(messages)
    encoded = [
        _encoded(
            client,
            message,
            added=f"Nats-Batch-Id: {batch}\r\nNats-Batch-Sequence: {sequence}\r\n"
            + ("Nats-Batch-Commit: 1\r\n" if sequence == last else ""),
        )
        for sequence, message in enumerate(messages, start=1)
    ]
    return b"".join(encoded[:-1])


def _encoded(client: Client, message: Outgoing, *, added: str = "") -> bytes:
    return encode(
        subject=message.subject,
        headers=message.headers,
        payload=message.payload,
        added=added,
        position=message.position,
        largest=client.max_payload,
    )


async def _request(client: Client, message: Outgoing, *, added: dict[str, str]) -> int:
    answer = await client.request(
        message.subject,
        message.payload,
        timeout=ACK_SECONDS,
        headers={**read_headers(message.headers), **added},
    )
    result: dict[str, Any] = json.loads(answer.data)
    if error := result.get("error"):
        raise PublishRefused(int(error.get("err_code", error.get("code", 0))), str(error.get("description")))
    return int(result["seq"])
