"""A process that sends requests to a Unix socket as fast as they are answered, over connections that stay open.

It speaks just enough HTTP/1.1 for that: a client library would take longer than the server that is measured.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from deploy.trials.apart import obey
from shared.values import territories

REQUESTS_PER_ADDRESS = 20
"""A third of what one address may promise in an hour: the gate against floods counts each one, and lets it pass."""

_NUMBERS = count()  # of all promises of this process: no address comes back in a later round


async def send(*, socket: str, path: str, seconds: float, connections: int, post: bool) -> dict[str, Any]:
    """Send for so long, each connection its next request when the last is answered.

    `post`: promises, as from many households behind the gateway; else GET. Returns how many answers came of each
    status, the seconds that it took, and each request's seconds.
    """
    requests = _promises(path) if post else _reads(path)
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(
            _keep_sending(socket, requests, until=began + seconds, statuses=statuses, latencies=latencies)
            for _ in range(connections)
        )
    )
    return {
        "seconds": time.perf_counter() - began,
        "statuses": {str(status): number for status, number in statuses.items()},
        "latencies": latencies,
    }


async def _keep_sending(
    socket: str, requests: Iterator[bytes], *, until: float, statuses: Counter[int], latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_unix_connection(socket)
    while (began := time.perf_counter()) < until:
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = _understood(head)
        await reader.readexactly(length)
        latencies.append(time.perf_counter() - began)
        statuses[status] += 1
    writer.close()


def _understood(head: bytes) -> tuple[int, int]:
    """Status and length of the body."""
    lowered = head.lower()
    start = lowered.index(b"content-length:") + 15
    return int(head[9:12]), int(lowered[start : lowered.index(b"\r\n", start)])


def _promises(path: str) -> Iterator[bytes]:
    codes = [territory.code for territory in territories()]
    for number in _NUMBERS:
        address = number // REQUESTS_PER_ADDRESS
        body = json.dumps({"amount_minor": 2_500, "territory": codes[number % len(codes)]}).encode()
        yield (
            f"POST {path} HTTP/1.1\r\nHost: milliard.test\r\nContent-Type: application/json\r\n"
            f"X-Forwarded-For: 10.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def _reads(path: str) -> Iterator[bytes]:
    request = f"GET {path} HTTP/1.1\r\nHost: milliard.test\r\n\r\n".encode()
    while True:
        yield request


if __name__ == "__main__":
    obey(send)
