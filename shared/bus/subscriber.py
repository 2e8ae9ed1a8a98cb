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
from collections.abc import Callable
from contextlib import suppress
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

RETURN_SECONDS = ACK_WAIT_SECONDS + 1
"""After this the broker has taken back whatever was delivered and not acknowledged, the oldest first."""


class PollRefused(Error):
    """The broker refused a poll: the consumer is gone, or has no place for it."""


class LaneSubscriber(BatchPullStreamSubscriber):
    """One lane of one service. `on_stall` is set by the lane that owns it."""

    on_stall: Callable[[str], None]

    async def _consume_pull(self) -> None:
        """Fetch and hand over until stopped."""
        assert self.subscription, "the subscription is created before its task"
        delivered: int | None = None
        idle_polls = 0
        while self.running:
            try:
                if delivered is None:
                    delivered = await self._delivered_before()
                messages = await self._poll()
            except ConnectionClosedError:
                return
            except Error as error:
                self.on_stall(type(error).__name__)
                delivered = None
                await asyncio.sleep(1)
                continue
            if not messages:
                idle_polls += 1
                if idle_polls % POLLS_BETWEEN_CHECKS == 0:
                    await self._check()
                continue
            idle_polls = 0
            numbers = [message.metadata.sequence.consumer for message in messages]
            if numbers != list(range(delivered + 1, delivered + 1 + len(numbers))):
                delivered = None  # what lies between went to somebody else, or was lost on the way
                continue
            delivered = numbers[-1]
            if self.running:
                await self.consume(messages)

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
        await self.connection.publish(pull._nms, json.dumps(request).encode(), pull._deliver)
        while len(messages) < size:
            message = await self._next(REST_OF_BATCH_SECONDS if messages else self.pull_sub.timeout + 1)
            if message is None:
                break
            status = (message.headers or {}).get("Status")
            if status is None:
                messages.append(message)
            elif messages or status in ENDS_OF_POLL:
                break
            else:
                raise PollRefused(f"{status} {(message.headers or {}).get('Description', '')}")
        return messages

    async def _next(self, seconds: float) -> Msg | None:
        """The next message of the poll; None when none comes in time, or the request was lost with a connection."""
        assert self.subscription
        until = time.monotonic() + seconds
        connections = self.connection.stats["reconnects"]
        while (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                return await self.subscription._sub.next_msg(timeout=min(left, LOOK_SECONDS))
            if self.connection.stats["reconnects"] != connections:
                break
        return None

    async def _delivered_before(self) -> int:
        """The number of the consumer's last delivery, once none is left that nobody acknowledged.

        What an earlier holder had in hand must come again before anything newer does, or a key would lose its
        order: the broker sends it after its `ack_wait`, while what it has taken back goes first.
        """
        assert self.subscription
        info = await self.subscription.consumer_info()
        if info.num_ack_pending:
            await asyncio.sleep(RETURN_SECONDS)
            info = await self.subscription.consumer_info()
        return info.delivered.consumer_seq if info.delivered else 0

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
        message = queue.get_nowait()
        pull._sub._pending_size -= len(message.data)
        if not (message.headers or {}).get("Status"):
            found.append(message)
    return found


async def leave_undecoded(message: Any) -> Any:
    """The lane decodes by itself, by contract: FastStream's generic JSON decoding would be paid twice."""
    return message.raw_message
