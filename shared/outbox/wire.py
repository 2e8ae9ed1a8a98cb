"""Messages as the broker's protocol has them (NATS client protocol: HPUB), built and sent in one piece.

nats-py 2.16 takes 19 µs for a message with our twelve headers, most of a relay's whole time; this takes one. One
private part of it is used, its queue of commands: the minor version is pinned and a connected test covers this.
"""

from nats.aio.client import Client

from shared.bus.handlers import Unavailable


class Unpublishable(Exception):
    """A message that no broker takes, however often it is tried: its `position` in the outbox, and why."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


def encode(
    *, subject: str, headers: str, payload: bytes, added: str = "", position: int, largest: int
) -> bytes:
    """One message as bytes. `headers` and `added` are header lines, each with its line end; `largest` is the broker's
    limit for headers and payload, in bytes: it ends the connection of whoever exceeds it.

    Raises Unpublishable.
    """
    if not headers.endswith("\r\n"):  # written by a program of another release: it would swallow what follows
        raise Unpublishable(position, "its headers are no lines of the broker's protocol")
    head = f"NATS/1.0\r\n{headers}{added}\r\n".encode()
    size = len(head) + len(payload)
    if size > largest:
        raise Unpublishable(position, f"{size} bytes, and the broker takes {largest}")
    return b"HPUB %s %d %d\r\n%s%s\r\n" % (subject.encode(), len(head), size, head, payload)


async def send(client: Client, data: bytes) -> None:
    """Send encoded messages. Nothing is kept for a connection that is away: it would be sent after what is newer."""
    if not client.is_connected:
        raise Unavailable("no connection to the broker")
    await client._send_command(data)
