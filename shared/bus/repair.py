"""Makes streams and consumers again that are gone: a broker that lost its storage, a consumer deleted by accident.

What is there is left as it is: an operator may have changed it. A consumer that is made anew delivers its stream
from the beginning, and the inbox drops what its service has heard; a stream that is made anew is empty, and the
relays refill it.
"""

from collections.abc import Mapping, Sequence

import structlog
from nats.js import JetStreamContext, api

from shared.bus.streams import Stream
from shared.bus.topology import durables, listeners

log = structlog.get_logger(__name__)


async def make_missing(
    jetstream: JetStreamContext, found: Mapping[str, Stream], *, wanted: Sequence[api.StreamConfig]
) -> list[str]:
    """Make what is missing of the wanted streams and their consumers; returns the names of what was made.

    `found` is how the streams stood a moment before: a stream with as many consumers as it should have is not
    asked for their names.
    """
    made = []
    for config in wanted:
        name = str(config.name)
        if name not in found:
            await jetstream.add_stream(config)
            made.append(name)
        elif found[name].consumers == len(listeners(name)):
            continue
        there = (
            {consumer.name for consumer in await jetstream.consumers_info(name)} if name in found else set()
        )
        for durable in durables(name):
            if durable.durable_name not in there:
                await jetstream.add_consumer(name, durable)
                made.append(f"{name}/{durable.durable_name}")
    if made:
        log.warning("topology_repaired", made=len(made), first=made[:5])
    return made
