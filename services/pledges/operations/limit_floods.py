"""Refuses a flood of promises, or of answers to the survey, from one address: made-up ones would drown the real ones
in the public figures.

Counted in this process only: with several replicas the limit is that many times higher, still no flood.
"""

import time
from collections import deque
from collections.abc import Mapping

from shared.web.errors import UserError

WINDOW_SECONDS = 3600
MOST_ADDRESSES = 50_000
"""Some ten megabytes; beyond, the addresses that were heard least recently are forgotten."""


class FloodGate:
    """Remembers when each address last made a promise, or something else that `refusal` speaks of, for an hour."""

    def __init__(
        self,
        *,
        refusal: str = "Beaucoup de promesses viennent de votre connexion : réessayez dans une heure.",
        code: str = "too_many_pledges",
    ) -> None:
        self._refusal = refusal
        self._code = code
        self._moments: dict[str, deque[float]] = {}

    def pass_(self, headers: Mapping[str, str], *, limit: int) -> None:
        """Raises UserError (429) beyond `limit` an hour.

        The gateway says the address; without one the caller is on our own socket.
        """
        address = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if not address:
            return
        now = time.monotonic()
        moments = self._moments.pop(address, deque())
        while moments and moments[0] < now - WINDOW_SECONDS:
            moments.popleft()
        self._moments[address] = moments
        if len(moments) >= limit:
            raise UserError(
                self._refusal,
                status=429,
                code=self._code,
                headers={"Retry-After": str(WINDOW_SECONDS)},
            )
        moments.append(now)
        if len(self._moments) > MOST_ADDRESSES:
            del self._moments[next(iter(self._moments))]
