"""FastStream's batch pull subscriber, with a lane's way of fetching.

FastStream 0.7.8 collects until a batch is full or its timeout is over, so a lone event waits for the timeout;
nats-py 2.16's `fetch` does the same when a late answer to its last request crosses its next one. A lane hands over
what one long poll brought: an idle lane costs nothing, a lone event is not delayed. It also polls again at once
after a reconnection, notices when deliveries passed it by (the broker numbers them), so that order holds when a
lane changes hands, and when its consumer was deleted (which else stalls silently).
Private parts of both libraries are used: their minor versions are pinned and connected tests cover this.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from faststream.nats.subscriber.usecases.stream_pull_subscriber import BatchPullStreamSubscriber
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, Error
from nats.js.errors import NotFoundError

from shared.bus.topology import ACK_WAIT_SECONDS

log = structlog.get_logger(__name__)

POLLS_BETWEEN_CHECKS = 4
"""An idle lane asks every two minutes (4 × 30 s) whether its consumer is still there."""

LOOK_SECONDS = 2.0
"""How soon a lane notices that its poll went down with a connection; 111 lanes looking cost under 1 % of a core."""

REST_OF_BATCH_SECONDS = 1.0
"""What the broker had is here within milliseconds; past this its end-of-batch answer was lost."""

ENDS_OF_POLL = frozenset({"404", "408"})
"""Nothing there, or the poll expired. An answer to an earlier poll may be among them: polling again is harmless."""

HEARTBEAT = "100"
"""The poll is still waited on, says the node that has it."""

RETURN_SECONDS = ACK_WAIT_SECONDS + 1
"""After this the broker has taken back whatever was delivered and not acknowledged, the oldest first."""


class PollRefused(Error):
    """The broker refused a poll: the consumer is gone, or has no place for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a consumer stood: the number of its last delivery, and what it is `owed`: deliveries up to the stream's
    `newest` that nobody acknowledged. At most a batch (`MAX_ACK_PENDING`): they come again in one poll, or not yet."""

    delivered: int
    owed: int = 0
    newest: int = 0

    def is_continued_by(self, messages: Sequence[Msg]) -> bool:
        """Whether these are the next deliveries, with all that is owed among them.

        The broker gives back what is late, not what is oldest: a holder that is not quite dead may have asked for
        time for a part of it (`in_progress`), which then comes after newer ones.
        """
        numbers = [message.metadata.sequence.consumer for message in messages]
        came_back = sum(_place(message) <= self.newest for message in messages) if self.owed else 0
        return came_back == self.owed and numbers == list(
            range(self.delivered + 1, self.delivered + 1 + len(numbers))
        )


class LaneSubscriber(BatchPullStreamSubscriber):
    """One lane of one service. Both are set by the lane that owns it: `heartbeat_seconds` where the broker is a
    cluster, whose node may die with a poll while our own connection, to another node, goes on."""

    on_stall: Callable[[str], None]
    heartbeat_seconds: float | None

    async def _consume_pull(self) -> None:
        """Fetch and hand over until stopped."""
        assert self.subscription, "the subscription is created before its task"
        standing: Standing | None = None
        idle_polls = 0
        while self.running:
            try:
                if standing is None:
                    standing = await self._standing()
                if not self.running:
                    return
                messages = await self._poll()
                if not self.running:
                    return
            except ConnectionClosedError:
                return
            except Error as error:
                if not self.running:
                    return
                self.on_stall(type(error).__name__)
                standing = None
                await asyncio.sleep(1)
                continue
            if not messages:
                idle_polls += 1
                if idle_polls % POLLS_BETWEEN_CHECKS == 0:
                    await self._check()
                continue
            idle_polls = 0
            if not standing.is_continued_by(messages):
                standing = None  # what lies between went to somebody else, or was lost on the way
                continue
            standing = Standing(delivered=messages[-1].metadata.sequence.consumer)
            messages.sort(key=_place)
            await self.consume(messages)
            if not messages[-1].is_acked:
                standing = None  # it was not applied, and acknowledging what follows would cover it

    async def _poll(self) -> list[Msg]:
        """One long poll: waits for a first message, and returns with all that the broker has then; or with nothing."""
        pull, size = self.subscription, self.pull_sub.batch_size
        assert pull
        assert self.pull_sub.timeout
        messages = _already_here(pull, at_most=size)
        if messages:
            return messages
        expires = int(self.pull_sub.timeout * 1e9)
        request = {"batch": size, "expires": expires, "no_wait": True}
        patience = self.pull_sub.timeout + 1
        if self.heartbeat_seconds:
            request["idle_heartbeat"] = int(self.heartbeat_seconds * 1e9)
            patience = 2.5 * self.heartbeat_seconds
        await self.connection.publish(pull._nms, json.dumps(request).encode(), pull._deliver)
        queue = pull._sub._pending_queue
        while len(messages) < size:
            if queue.empty():
                message = await self._next(REST_OF_BATCH_SECONDS if messages else patience)
            else:
                message = _take(pull)  # next_msg makes two tasks for each message
            if message is None:
                break
            status = (message.headers or {}).get("Status")
            if status is None:
                messages.append(message)
            elif status == HEARTBEAT:
                continue
            elif messages or status in ENDS_OF_POLL:
                break
            else:
                raise PollRefused(f"{status} {(message.headers or {}).get('Description', '')}")
        return messages

    async def _next(self, seconds: float) -> Msg | None:
        """The next message of the poll; None when none comes in time, or the request was lost with a connection."""
        pull = self.subscription
        assert pull
        until = time.monotonic() + seconds
        connections = self.connection.stats["reconnects"]
        while (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                return await pull._sub.next_msg(timeout=min(left, LOOK_SECONDS))
            if self.connection.stats["reconnects"] != connections:
                break
        return None

    async def _standing(self) -> "Standing":
        """Where the consumer stands, once the broker has taken back what was delivered and not acknowledged.

        What an earlier holder had in hand must come again before anything newer does: a key would lose its order,
        and the next acknowledgement would cover what nobody applied.
        """
        pull = self.subscription
        assert pull
        info = await pull.consumer_info()
        if info.num_ack_pending:
            await asyncio.sleep(RETURN_SECONDS)
            info = await pull.consumer_info()
        delivered = info.delivered
        return Standing(
            delivered=delivered.consumer_seq if delivered else 0,
            owed=info.num_ack_pending or 0,
            newest=delivered.stream_seq if delivered else 0,
        )

    async def _check(self) -> None:
        assert self.subscription
        try:
            await self.subscription.consumer_info()
        except NotFoundError:
            self.on_stall("the consumer was deleted: run `milliard bus apply`")
        except (Error, TimeoutError) as error:
            self.on_stall(type(error).__name__)


def _already_here(pull: Any, *, at_most: int) -> list[Msg]:
    """Messages that arrived between two polls; statuses among them belong to polls that are over."""
    found: list[Msg] = []
    queue = pull._sub._pending_queue
    while len(found) < at_most and not queue.empty():
        message = _take(pull)
        if not (message.headers or {}).get("Status"):
            found.append(message)
    return found


def _take(pull: Any) -> Msg:
    """What stands first in the subscription's queue, as `next_msg` takes it."""
    message: Msg = pull._sub._pending_queue.get_nowait()
    pull._sub._pending_queue.task_done()
    pull._sub._pending_size -= len(message.data)
    return message


def _place(message: Msg) -> int:
    """Where a message stands in its stream."""
    return message.metadata.sequence.stream


async def leave_undecoded(message: Any) -> Any:
    """The lane decodes by itself, by contract: FastStream's generic JSON decoding would be paid twice."""
    return message.raw_message
