"""The bus is mistreated: consumers vanish or begin again, streams fill up, messages come twice."""

from contextlib import suppress
from random import Random
from uuid import uuid4

from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from deploy.trials.chaos.site import Site
from deploy.trials.lanes import publisher
from shared.bus.topology import stream_of

LISTENER = "ledger"
REPEATED_MESSAGES = 50
JUNK_BYTES = 64 * 1024
SMALL_EVENTS = 1000
"""What fits where no large event does; no more, for the keeper may be making room meanwhile."""

STREAM_FULL = 10077


async def delete_consumer(site: Site, chance: Random) -> str:
    """The ledger's consumer of a lane is gone, with all that it knew; who keeps the bus must make it again."""
    territory = site.a_lane(chance)
    async with site.jetstream() as jetstream:
        await jetstream.delete_consumer(stream_of(territory), LISTENER)
    return territory


async def reset_consumer(site: Site, chance: Random) -> str:
    """The ledger's consumer of a lane begins again: all that the stream holds is delivered once more."""
    territory = site.a_lane(chance)
    async with site.jetstream() as jetstream:
        with suppress(NotFoundError):  # a deleted one that nobody has made again yet cannot be reset
            consumer = await jetstream.consumer_info(stream_of(territory), LISTENER)
            await jetstream.delete_consumer(stream_of(territory), LISTENER)
            await jetstream.add_consumer(stream_of(territory), consumer.config)
    return territory


async def fill_stream(site: Site, chance: Random) -> str:
    """A lane's stream is full, of events that nobody hears; the keeper makes room once all the others are read."""
    territory = site.a_lane(chance)
    subject = f"milliard.{territory.lower()}.projects.public.chaos_happened.v1"
    async with site.jetstream() as jetstream:
        while await _is_stored(jetstream, subject, b"x" * JUNK_BYTES):
            pass
        for _ in range(SMALL_EVENTS):
            if not await _is_stored(jetstream, subject, b"x"):
                break
    return territory


async def _is_stored(jetstream: JetStreamContext, subject: str, payload: bytes) -> bool:
    try:
        await jetstream.publish(subject, payload)
    except APIError as error:
        if error.err_code != STREAM_FULL:
            raise
        return False
    return True


async def repeat_messages(site: Site, chance: Random) -> str:
    """What pledges said lately is on the lane twice, past the broker's own memory of what it has seen."""
    territory = site.a_lane(chance)
    stream = stream_of(territory)
    async with site.jetstream() as jetstream, publisher(site.stage) as pledges:
        last = (await jetstream.stream_info(stream)).state.last_seq
        for sequence in range(max(1, last - REPEATED_MESSAGES + 1), last + 1):
            with suppress(NotFoundError):
                stored = await jetstream.get_msg(stream, sequence)
                if ".pledges." not in str(stored.subject):
                    continue
                headers = {
                    name: value
                    for name, value in (stored.headers or {}).items()
                    if not name.startswith("Nats-")
                } | {"Nats-Msg-Id": str(uuid4())}
                await pledges.jetstream().publish(str(stored.subject), stored.data or b"", headers=headers)
    return territory
