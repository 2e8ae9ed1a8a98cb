"""A campaign seen from its bank account: days of payments whose sum is known to the cent, each day a statement."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from deploy.trials.facts import payments
from shared.events.pledges import PaymentReceived, StatementImported
from shared.values import NATIONAL, new_id

FIRST_DAY = date(2026, 1, 2)
ACCOUNT = "FR7630006000011234567890189"
"""The example of the registry of IBANs; no account has it."""


@dataclass(frozen=True, slots=True)
class BankDay:
    """A day's payments, over all territories in turn, and the statement that announces them."""

    payments: list[PaymentReceived]
    statement: StatementImported


def bank_days(receipts: int, *, total_minor: int, per_day: int, seed: int = 1) -> Iterator[BankDay]:
    """Days of `per_day` payments each (the last may have fewer): `receipts` of them make `total_minor` exactly."""
    amounts = split(total_minor, parts=receipts, seed=seed)
    opening, day = 0, FIRST_DAY
    for start in range(0, receipts, per_day):
        statement_id = new_id()
        found = list(
            payments(
                min(per_day, receipts - start),
                seed=seed + start,
                amounts=islice(amounts, per_day),
                statement_id=statement_id,
                booked_on=day,
            )
        )
        announced = _statement(found, statement_id=statement_id, opening_minor=opening, day=day)
        yield BankDay(payments=found, statement=announced)
        opening, day = announced.closing_minor, day + timedelta(days=1)


def split(total: int, *, parts: int, seed: int = 1) -> Iterator[int]:
    """Whole amounts between half and one and a half times what is left for each, with exactly this sum.

    Raises ValueError when there is not one for each part.
    """
    if not 0 < parts <= total:
        raise ValueError(f"{total} cannot be split into {parts} amounts")
    chance = random.Random(seed)  # noqa: S311 - a load that can be repeated, no secret
    for left in range(parts, 1, -1):
        share = total // left
        amount = chance.randint(max(1, share // 2), max(1, min(share * 3 // 2, total - (left - 1))))
        total -= amount
        yield amount
    yield total


def _statement(
    found: list[PaymentReceived], *, statement_id: UUID, opening_minor: int, day: date
) -> StatementImported:
    credit = sum(payment.amount_minor for payment in found)
    return StatementImported(
        territory=NATIONAL,
        statement_id=statement_id,
        account=ACCOUNT,
        opening_minor=opening_minor,
        closing_minor=opening_minor + credit,
        currency="EUR",
        opening_on=day,
        closing_on=day,
        line_count=len(found),
        credit_minor=credit,
        debit_minor=0,
        follows_previous=True,
    )
