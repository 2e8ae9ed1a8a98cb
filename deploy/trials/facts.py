"""Facts to post: payments received, spread over the lanes, as pledges publishes them; the same for the same seed."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, repeat
from typing import TypeVar
from uuid import UUID

from shared.events import Event, Heard, headers_of
from shared.events.pledges import PaymentReceived
from shared.outbox.publish import Outgoing
from shared.values import NATIONAL, lanes, new_id

BOOKED_ON = date(2026, 10, 1)
FUND = "general"
E = TypeVar("E", bound=Event)


def payments(
    count: int,
    *,
    territories: Sequence[str] | None = None,
    seed: int = 1,
    amount_minor: int | None = None,
    amounts: Iterable[int] | None = None,
    statement_id: UUID | None = None,
    booked_on: date = BOOKED_ON,
) -> Iterator[PaymentReceived]:
    """Payments in turn over territories (all but the national lane), lines of one statement.

    Of 5 to 500 euros, or of `amount_minor`, or of `amounts` one after the other.
    """
    chance = random.Random(seed)  # noqa: S311 - a load that can be repeated, no secret
    codes = territories or [code for code in lanes() if code != NATIONAL]
    statement_id = statement_id or new_id()
    given = chain(amounts or (), repeat(amount_minor))
    for number in range(count):
        yield PaymentReceived(
            territory=codes[number % len(codes)],
            line_id=new_id(),
            statement_id=statement_id,
            amount_minor=next(given) or chance.randint(500, 50_000),
            currency="EUR",
            booked_on=booked_on,
            value_on=booked_on,
            pledge_id=new_id(),
            person_id=UUID(int=chance.getrandbits(128), version=4),
            fund=FUND,
            matched_by="reference",
        )


def outgoing(event: Event, *, position: int = 0) -> Outgoing:
    """The event as its publisher's relay would send it."""
    return Outgoing(
        position=position,
        subject=event.subject,
        headers=headers_of(event, id=new_id(), occurred_at=datetime.now(UTC)),
        payload=event.model_dump_json().encode(),
    )


def heard(event: E) -> Heard[E]:
    """The event as a handler gets it."""
    event_id = new_id()
    return Heard(
        event=event,
        id=event_id,
        occurred_at=datetime.now(UTC),
        correlation_id=str(event_id),
        payload=event.model_dump_json().encode(),
    )


def poisoned(events: Iterable[PaymentReceived], *, every: int) -> Iterator[PaymentReceived]:
    """The same, but each `every`-th has the bank line of the one before: the ledger refuses it, as it must."""
    earlier: PaymentReceived | None = None
    for number, event in enumerate(events, start=1):
        if earlier is not None and number % every == 0:
            event = event.model_copy(update={"line_id": earlier.line_id})
        earlier = event
        yield event


def unreadable(message: Outgoing) -> Outgoing:
    """The same message with half of its payload."""
    return message._replace(payload=message.payload[: len(message.payload) // 2])
