"""Looks up, now and then, the figures that operators watch: what no event tells by itself."""

import asyncio
from collections.abc import Sequence
from typing import Any

from shared.bus.lanes import Lanes
from shared.operations.queries import standing
from shared.outbox import Relay
from shared.runtime.service import Service
from shared.telemetry import instruments as shown

LOOK_SECONDS = 5.0
"""Twice within the exporter's interval; a look costs a service three statements of a millisecond."""


class Measuring:
    """The figures of one process. What stands in the database is shown by whoever relays, so that it is shown once."""

    def __init__(self, *, service: Service, relay: Relay, lanes: Sequence[Lanes]) -> None:
        self._service = service
        self._relay = relay
        self._lanes = lanes

    async def run(self) -> None:
        """Look until cancelled. Raises what the database raises; nothing stale is shown then."""
        try:
            while True:
                self._show_process()
                if self._relay.is_held:
                    await self._show_standing()
                else:
                    _hide_standing()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            _hide_standing()

    def _show_process(self) -> None:
        shown.LANES_SERVED.show([(sum(one.served for one in self._lanes), {})])
        pool: Any = self._service.database.engine.pool
        used = pool.checkedout()
        shown.CONNECTIONS.show([(used, {"state": "used"}), (pool.size() - used, {"state": "idle"})])

    async def _show_standing(self) -> None:
        async with self._service.database.begin() as work:
            found = await standing(work, service=self._service.name)
            for measure in self._service.measures:
                await measure(work)
        relay = found["relay"]
        shown.OUTBOX_WAITING.show([(relay["backlog"], {})])
        shown.OUTBOX_AGE.show([(relay["oldest_seconds"], {})])
        shown.OUTBOX_REFUSED.show([(relay["refused"], {})])
        shown.PARKED.show(
            (one["events"], {"territory": one["territory"], "status": one["status"]})
            for one in found["parked"]
        )
        shown.LANES_HELD_UP.show(
            (1, {"territory": one["territory"], "reason": reason})
            for reason, some in (("failing", found["breakers"]), ("paused", found["paused"]))
            for one in some
        )


def _hide_standing() -> None:
    for figures in (
        *(shown.OUTBOX_WAITING, shown.OUTBOX_AGE, shown.OUTBOX_REFUSED),
        *(shown.PARKED, shown.LANES_HELD_UP, shown.PROGRESS, shown.UNPROVED),
    ):
        figures.show([])
