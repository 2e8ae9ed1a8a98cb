"""Streams and consumers, derived from the catalog and the registry of territories, applied by one command.

Services declare nothing: two of them with other settings would fight, and none may administer streams.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NotAnswered
from nats.js import JetStreamContext, api
from nats.js.errors import APIError, BadRequestError, ServiceUnavailableError

from shared.events.catalog import SERVICES
from shared.events.hearing import heard_on_lanes, heard_personally
from shared.settings import setting
from shared.values import lanes

PERSONAL_STREAM = "PERSONAL"

MAX_ACK_PENDING = 500
"""One batch: nobody has more in hand, and the broker need not remember more."""

ACK_WAIT_SECONDS = 5
"""As long as a dead replica keeps its lanes. Who is alive and has a batch in hand says so more often."""

MAX_AGE_SECONDS = 30 * 24 * 3600
DUPLICATE_WINDOW_SECONDS = 120
DEFAULT_STORE_BYTES = 4 * 1024**3
"""All streams together. They reserve their share at creation, so it must fit on the broker's disk."""

STREAM_EXISTS = 10058

CHOOSING_SECONDS = 30.0
"""Nodes that have just met choose a leader within some ten seconds, and again when their connections change."""

ASK_AGAIN_SECONDS = 0.5


def stream_of(territory: str) -> str:
    """The stream of a lane."""
    return f"T-{territory}"


def lane_of(stream: str) -> str:
    """The lane of a stream: its territory, or `PERSONAL`."""
    return stream.removeprefix("T-")


def listeners(stream: str) -> tuple[str, ...]:
    """The services that hear something on a stream: each has a durable consumer of its name there."""
    heard = heard_personally if stream == PERSONAL_STREAM else heard_on_lanes
    return tuple(service for service in SERVICES if heard(service))


def durables(stream: str) -> list[api.ConsumerConfig]:
    """The consumers of a stream, each filtered to what its service hears."""
    token = lane_of(stream).lower()
    if stream == PERSONAL_STREAM:
        return [
            consumer(service, [contract.subject_filter() for contract in heard_personally(service)])
            for service in listeners(stream)
        ]
    return [
        consumer(service, [contract.subject_filter(token) for contract in heard_on_lanes(service)])
        for service in listeners(stream)
    ]


def room_for_streams() -> int:
    """What all streams together may reserve, in bytes: MILLIARD_BUS_STORE_BYTES, else 4 GiB."""
    return int(setting("MILLIARD_BUS_STORE_BYTES", f"{DEFAULT_STORE_BYTES}"))


def copies_of_streams() -> int:
    """How many copies of each stream a cluster of brokers keeps: MILLIARD_BUS_REPLICAS, else 1."""
    return int(setting("MILLIARD_BUS_REPLICAS", "1"))


def lane_streams(*, replicas: int, store_bytes: int) -> list[api.StreamConfig]:
    """One stream for each lane: limits retention, `discard: new`, so that nothing unread is ever dropped."""
    share = store_bytes // (len(lanes()) + 1)
    return [
        api.StreamConfig(
            name=stream_of(code),
            subjects=[f"milliard.{code.lower()}.>"],
            retention=api.RetentionPolicy.LIMITS,
            discard=api.DiscardPolicy.NEW,
            storage=api.StorageType.FILE,
            max_bytes=share,
            max_age=MAX_AGE_SECONDS,
            duplicate_window=DUPLICATE_WINDOW_SECONDS,
            num_replicas=replicas,
            allow_atomic=True,
            allow_direct=True,
        )
        for code in lanes()
    ]


def personal_stream(*, replicas: int, store_bytes: int) -> api.StreamConfig:
    """The stream of sealed contacts and links: the newest message of each subject only, and none unread lost."""
    return api.StreamConfig(
        name=PERSONAL_STREAM,
        subjects=["personal.*.members.>"],
        retention=api.RetentionPolicy.LIMITS,
        discard=api.DiscardPolicy.NEW,
        storage=api.StorageType.FILE,
        max_msgs_per_subject=1,
        max_bytes=store_bytes // (len(lanes()) + 1),
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        num_replicas=replicas,
    )


def consumer(service: str, filters: list[str]) -> api.ConsumerConfig:
    """The durable of one service on one stream. R1 even in a cluster: the inbox makes replay safe.

    One acknowledgement covers all that was delivered before it: a lane takes what comes in order or not at all
    (`LaneSubscriber`), so one message for a batch says what five hundred would.
    """
    return api.ConsumerConfig(
        durable_name=service,
        filter_subjects=filters,
        ack_policy=api.AckPolicy.ALL,
        deliver_policy=api.DeliverPolicy.ALL,
        ack_wait=ACK_WAIT_SECONDS,
        max_ack_pending=MAX_ACK_PENDING,
        max_deliver=-1,
        num_replicas=1,
    )


async def apply(
    client: Client, personal: Client, *, replicas: int = 1, store_bytes: int | None = None
) -> int:
    """Make streams and consumers what they should be; those that are so already are left alone.

    Returns how many there are. `store_bytes` defaults to `room_for_streams`.
    """
    budget = store_bytes or room_for_streams()
    jetstream, personal_jetstream = client.jetstream(), personal.jetstream()
    streams = lane_streams(replicas=replicas, store_bytes=budget)
    await _at_once(*(partial(_stream, jetstream, config) for config in streams))
    personal_config = personal_stream(replicas=replicas, store_bytes=budget)
    await _at_once(partial(_stream, personal_jetstream, personal_config))
    consumers = [
        (jetstream if config.name != PERSONAL_STREAM else personal_jetstream, str(config.name), durable)
        for config in (*streams, personal_config)
        for durable in durables(str(config.name))
    ]
    await _at_once(*(partial(_consumer, js, stream, config) for js, stream, config in consumers))
    return len(streams) + 1 + len(consumers)


async def _stream(jetstream: JetStreamContext, config: api.StreamConfig) -> None:
    try:
        await jetstream.add_stream(config)
    except (BadRequestError, APIError) as error:
        if error.err_code != STREAM_EXISTS:
            raise
        await jetstream.update_stream(config)


async def _consumer(jetstream: JetStreamContext, stream: str, config: api.ConsumerConfig) -> None:
    """Make or update a durable; one that acknowledges another way is made anew, and the inbox knows what it heard."""
    assert config.durable_name
    try:
        await jetstream.add_consumer(stream, config)
    except APIError:
        standing = await jetstream.consumer_info(stream, config.durable_name)
        if standing.config.ack_policy == config.ack_policy:
            raise
        await jetstream.delete_consumer(stream, config.durable_name)  # the broker never changes this one
        await jetstream.add_consumer(stream, config)


async def _at_once(*requests: Callable[[], Awaitable[Any]], limit: int = 32) -> None:
    """Make requests side by side; the server answers each in well under a millisecond."""
    places = asyncio.Semaphore(limit)

    async def one(request: Callable[[], Awaitable[Any]]) -> None:
        async with places:
            await _until_answered(request)

    await asyncio.gather(*(one(request) for request in requests))


async def _until_answered(request: Callable[[], Awaitable[Any]]) -> None:
    """Make a request again while nobody answers: nodes that are choosing their leader drop what they are asked.

    What is made twice is the same thing. Raises what the last one did.
    """
    deadline = time.monotonic() + CHOOSING_SECONDS
    while True:
        try:
            await request()
        except (NotAnswered, NoRespondersError, ServiceUnavailableError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        else:
            return
