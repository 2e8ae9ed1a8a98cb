"""How much of each territory's stream each service has not read yet, for who watches and who scales."""

import time
from collections.abc import Iterator, Mapping

from nats.aio.client import Client

from shared.bus.streams import Stream
from shared.bus.topology import lane_of
from shared.telemetry import instruments as shown

LOOK_SECONDS = 5.0


class Backlog:
    """What the keeper last saw of each stream. A stream that is read and has not grown is not asked about again."""

    def __init__(self) -> None:
        self._streams: dict[str, Stream] = {}
        self._pending: dict[str, dict[str, int]] = {}
        self._looked_at = float("-inf")

    async def look(self, accounts: Mapping[Client, Mapping[str, Stream]]) -> None:
        """Look at the streams of each account, where the last look was a while ago. Raises nats-py's errors."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        for client, streams in accounts.items():
            for stream in streams.values():
                await self._look_at(client, stream)
        shown.BUS_PENDING.show(self._figures())
        shown.BUS_FILLED.show(
            (stream.filled, {"territory": lane_of(name)}) for name, stream in self._streams.items()
        )

    async def _look_at(self, client: Client, stream: Stream) -> None:
        if stream == self._streams.get(stream.name) and not any(self._pending[stream.name].values()):
            return
        self._pending[stream.name] = {
            consumer.name: (consumer.num_pending or 0) + (consumer.num_ack_pending or 0)
            for consumer in await client.jetstream().consumers_info(stream.name)
        }
        self._streams[stream.name] = stream

    def _figures(self) -> Iterator[tuple[float, dict[str, str]]]:
        for name, pending in self._pending.items():
            for service, events in pending.items():
                yield events, {"territory": lane_of(name), "reader": service}
