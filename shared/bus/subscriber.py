"""FastStream's batch pull subscriber, with a lane's way of fetching.

FastStream 0.7.8 collects until a batch is full or its timeout is over, so a lone event waits for the timeout.
A lane hands over what one long poll brought: an idle lane costs nothing, a lone event is not delayed. It also
rests when its breaker says so, and notices when its consumer was deleted (which else stalls silently).
`_consume_pull` is private: FastStream's minor version is pinned and a connected test covers this.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from faststream.nats.subscriber.usecases.stream_pull_subscriber import BatchPullStreamSubscriber
from nats.errors import ConnectionClosedError, Error
from nats.js.errors import NotFoundError

from shared.inbox.breaker import Breaker, State

log = structlog.get_logger(__name__)

POLLS_BETWEEN_CHECKS = 4
"""An idle lane asks every two minutes (4 × 30 s) whether its consumer is still there."""


class LaneSubscriber(BatchPullStreamSubscriber):
    """One lane of one service. `breaker` and `on_stall` are set by the lane that owns it."""

    breaker: Breaker
    on_stall: Callable[[str], None]

    async def _consume_pull(self) -> None:
        """Fetch and hand over until stopped."""
        assert self.subscription, "the subscription is created before its task"
        idle_polls = 0
        while self.running:
            if rest := self.breaker.rest_seconds(time.monotonic()):
                await asyncio.sleep(rest)
                continue
            size = 1 if self.breaker.state is State.HALF_OPEN else self.pull_sub.batch_size
            try:
                messages = await self.subscription.fetch(batch=size, timeout=self.pull_sub.timeout)
            except TimeoutError:
                idle_polls += 1
                if idle_polls % POLLS_BETWEEN_CHECKS == 0:
                    await self._check()
                continue
            except ConnectionClosedError:
                return
            except Error as error:
                self.on_stall(type(error).__name__)
                await asyncio.sleep(1)
                continue
            idle_polls = 0
            if messages and self.running:
                await self.consume(messages)

    async def _check(self) -> None:
        assert self.subscription
        try:
            await self.subscription.consumer_info()
        except NotFoundError:
            self.on_stall("the consumer was deleted: run `milliard bus apply`")
        except (Error, TimeoutError) as error:
            self.on_stall(type(error).__name__)


async def leave_undecoded(message: Any) -> Any:
    """The lane decodes by itself, by contract: FastStream's generic JSON decoding would be paid twice."""
    return message.raw_message
