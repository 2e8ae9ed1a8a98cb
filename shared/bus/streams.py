"""How the broker's streams stand, all of an account in one question: for who fills them and who keeps them.

Read straight from the answer: nats-py's classes would cost the keeper, which asks all the time, five times as much.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from nats.aio.client import Client

from shared.bus.handlers import Unavailable

LIST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: when it was made, the sequences of its oldest and newest message, its bytes and their limit
    (-1 for none), and how many consumers it has."""

    name: str
    made_at: str
    first: int
    last: int
    bytes: int
    max_bytes: int
    consumers: int

    @property
    def filled(self) -> float:
        """The share of its room that is taken."""
        return self.bytes / self.max_bytes if self.max_bytes > 0 else 0.0


class Look(NamedTuple):
    """What there is. In a cluster a stream is `leaderless` while its nodes are away or elect one: it exists."""

    streams: dict[str, Stream]
    leaderless: frozenset[str]


async def list_streams(client: Client) -> dict[str, Stream]:
    """Every stream of the client's account that can be asked, by name.

    Raises Unavailable, or nats-py's errors when nobody answers.
    """
    return (await look_at_streams(client)).streams


async def look_at_streams(client: Client) -> Look:
    """The streams of the client's account, those that nobody can tell of included. Raises as `list_streams` does."""
    if not client.is_connected:
        raise Unavailable("no connection to the broker")
    found: dict[str, Stream] = {}
    leaderless: set[str] = set()
    seen = 0
    while True:
        request = json.dumps({"offset": seen}).encode()
        answer = await client.request("$JS.API.STREAM.LIST", request, timeout=LIST_SECONDS)
        page: dict[str, Any] = json.loads(answer.data)
        if error := page.get("error"):
            raise Unavailable(str(error.get("description")))
        streams = [_stream(one) for one in page.get("streams") or ()]
        missing = page.get("missing") or ()
        found |= {stream.name: stream for stream in streams}
        leaderless.update(missing)
        seen += len(streams) + len(missing)
        if not (streams or missing) or seen >= page["total"]:
            return Look(found, frozenset(leaderless))


def _stream(told: dict[str, Any]) -> Stream:
    config, state = told["config"], told["state"]
    return Stream(
        name=config["name"],
        made_at=told["created"],
        first=state["first_seq"],
        last=state["last_seq"],
        bytes=state["bytes"],
        max_bytes=config.get("max_bytes", -1),
        consumers=state["consumer_count"],
    )
