"""A breaker for each lane and service: after repeated failures of the infrastructure the lane rests, then probes.

Closed: batches flow. Open: nothing is fetched until the rest is over. Half-open: one small batch probes; if it
is applied the breaker closes by itself, else it opens again for longer.
"""

from dataclasses import dataclass
from enum import StrEnum

OPENS_AFTER = 3
FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 30.0
"""A database comes back within seconds or needs people; half a minute later its lanes should notice either way."""


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass
class Breaker:
    """The breaker of one lane in one process. Times are the caller's monotonic seconds."""

    state: State = State.CLOSED
    failures: int = 0
    reason: str = ""
    rests_until: float = 0.0

    def rest_seconds(self, now: float) -> float:
        """How long the lane must still rest; half-opens an open breaker when the rest is over."""
        if self.state is State.OPEN and now >= self.rests_until:
            self.state = State.HALF_OPEN
        return max(0.0, self.rests_until - now) if self.failures else 0.0

    def failed(self, reason: str, now: float) -> float:
        """Count a failure; returns the seconds to rest. Every failure rests; repeated ones open the breaker."""
        self.failures += 1
        self.reason = reason
        rest = min(LONGEST_REST_SECONDS, FIRST_REST_SECONDS * 2 ** min(self.failures - 1, 10))
        self.rests_until = now + rest
        if self.failures >= OPENS_AFTER or self.state is State.HALF_OPEN:
            self.state = State.OPEN
        return rest

    def succeeded(self) -> bool:
        """Forget the failures; says whether the breaker had been open."""
        was_open = self.state is not State.CLOSED
        self.state, self.failures, self.reason, self.rests_until = State.CLOSED, 0, "", 0.0
        return was_open
