"""The fastest ordered way into streams with plain nats-py: atomic batches (ADR-50), all lanes at once."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from nats.aio.client import Client

BATCH = 1000
"""The server's limit of messages in an atomic batch."""

ACK_SECONDS = 30


class Message(NamedTuple):
    """What is published, ready."""

    subject: str
    payload: bytes
    headers: dict[str, str]


async def seconds_to_publish(client: Client, lanes: Mapping[str, Sequence[Message]]) -> float:
    """How long it takes to store all messages, each lane's in order."""
    began = time.perf_counter()
    await asyncio.gather(*(_publish_lane(client, messages) for messages in lanes.values()))
    return time.perf_counter() - began


async def _publish_lane(client: Client, messages: Sequence[Message]) -> None:
    for start in range(0, len(messages), BATCH):
        part = messages[start : start + BATCH]
        batch = uuid4().hex
        for sequence, message in enumerate(part[:-1], start=1):
            headers = {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(sequence)}
            await client.publish(message.subject, message.payload, headers=headers)
        last = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(part)), "Nats-Batch-Commit": "1"}
        answer = await client.request(
            part[-1].subject, part[-1].payload, timeout=ACK_SECONDS, headers={**part[-1].headers, **last}
        )
        if "error" in (result := json.loads(answer.data)):
            raise RuntimeError(f"the yardstick was refused: {result['error']}")
