"""One lane of a real service without a broker: batches as its subscriber would bring them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.inbox.batch import Outcome, apply_batch
from shared.inbox.decode import Arrived
from shared.runtime import Service


@dataclass
class LaneOf:
    """A lane that the service holds; `territory` is `PERSONAL` for the stream of sealed facts."""

    service: Service
    territory: str

    @property
    def resource(self) -> str:
        return f"lane:{self.territory}"

    async def take(self) -> None:
        """Hold the lease that `apply_batch` checks."""
        async with self.service.database.begin() as work:
            await work.execute(
                "insert into leases (resource, epoch) values (:lane, 1) on conflict do nothing",
                lane=self.resource,
            )

    async def apply(self, batch: Sequence[Arrived]) -> Outcome:
        """Apply a batch as a lane does."""
        personal = self.territory == "PERSONAL"
        handlers = self.service.personal_handlers if personal else self.service.handlers
        assert handlers is not None
        return await apply_batch(
            self.service.database,
            resource=self.resource,
            epoch=1,
            territory=self.territory,
            handlers=handlers,
            arrived=batch,
        )

    async def read(self, sql: str, **parameters: Any) -> list[Any]:
        async with self.service.database.begin() as work:
            return list((await work.execute(sql, **parameters)).all())

    async def clear_parked(self) -> None:
        """Forget what is parked, so that the next batch finds every key free."""
        async with self.service.database.begin() as work:
            await work.execute("delete from parked_events")
