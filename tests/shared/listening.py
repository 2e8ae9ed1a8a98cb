"""Messages as a lane of the ledger would bring them, and handlers that write down what they were given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.bus import CauseMissing, Handlers
from shared.database import Database, Work
from shared.events import Event, Heard, headers_of, read_headers
from shared.events.pledges import PaymentReceived, PaymentReturned
from shared.inbox import parking
from shared.inbox.batch import Outcome, apply_batch
from shared.inbox.decode import Arrived
from shared.values import new_id

TERRITORY = "64"
RESOURCE = "lane:64"
LINE = {
    "currency": "EUR",
    "booked_on": date(2026, 11, 2),
    "value_on": date(2026, 11, 2),
    "fund": "fonds-commun",
}

Obstacle = Callable[[Work, Heard[Any]], Awaitable[None]]


def a_payment(pledge_id: UUID | None = None, amount_minor: int = 1000, **fields: Any) -> PaymentReceived:
    return PaymentReceived(
        **LINE,
        **{
            "territory": TERRITORY,
            "line_id": uuid4(),
            "statement_id": uuid4(),
            "pledge_id": pledge_id or uuid4(),
            "person_id": uuid4(),
            "amount_minor": amount_minor,
            "matched_by": "reference",
            **fields,
        },
    )


def a_return(payment: PaymentReceived) -> PaymentReturned:
    return PaymentReturned(
        **{**payment.model_dump(), "line_id": uuid4(), "received_line_id": payment.line_id}
    )


def message(event: Event, *, sequence: int = 1, **changes: Any) -> Arrived:
    """The message of an event as its publisher's relay stores it; `changes` are of its headers."""
    headers = read_headers(headers_of(event, id=new_id(), occurred_at=datetime.now(UTC)))
    return Arrived(
        subject=event.subject,
        headers={**headers, **changes},
        payload=event.model_dump_json().encode(),
        stream=f"T-{event.territory}",
        sequence=sequence,
    )


def forged(arrived: Arrived, **changes: Any) -> Arrived:
    return replace(arrived, **changes)


class Listener:
    """One service's lanes without a broker. `obstacles` run before an event is written down, and may raise."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.obstacles: list[Obstacle] = []
        self.calls = 0
        self.handlers = Handlers()
        self.handlers.hears(PaymentReceived, PaymentReturned)(self._write_down)

    async def _write_down(self, work: Work, batch: Sequence[Heard[Any]]) -> None:
        self.calls += 1
        for heard in batch:
            for obstacle in self.obstacles:
                await obstacle(work, heard)
            if isinstance(heard.event, PaymentReturned):
                found = await work.execute("select 1 from applied where key = :key", key=heard.event.key)
                if found.first() is None:
                    raise CauseMissing("the payment has not come")
            await work.execute(
                "insert into applied (event_id, key, amount_minor) values (:id, :key, :amount)",
                id=heard.id,
                key=heard.event.key,
                amount=heard.event.amount_minor,
            )

    async def hear(self, *arrived: Arrived, epoch: int = 1, territory: str = TERRITORY) -> Outcome:
        return await apply_batch(
            self.database,
            resource=f"lane:{territory}",
            epoch=epoch,
            territory=territory,
            handlers=self.handlers,
            arrived=arrived,
        )

    async def replay(self, key: str, *, epoch: int | None = None) -> tuple[int, str | None]:
        async with self.database.begin() as work:
            return await parking.replay_key(
                work, resource=RESOURCE, epoch=epoch, territory=TERRITORY, key=key, handlers=self.handlers
            )

    async def read(self, sql: str, **parameters: Any) -> list[Any]:
        async with self.database.begin() as work:
            return list((await work.execute(sql, **parameters)).all())

    async def applied(self) -> list[tuple[str, int]]:
        """Key and amount of what was applied, in order."""
        return [
            tuple(row) for row in await self.read("select key, amount_minor from applied order by position")
        ]

    async def parked(self) -> list[tuple[str, str]]:
        """Status and key of what is parked, in order."""
        return [
            tuple(row) for row in await self.read("select status, key from parked_events order by position")
        ]
