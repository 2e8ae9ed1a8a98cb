"""A bank statement whose every line pays a pledge: the pledges are in the database, the file is on disk."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from deploy.local.campaign.statements import BankDay
from deploy.trials.facts import BOOKED_ON, FUND
from services.pledges.domain.pledge import PledgeState
from services.pledges.domain.references import issue_reference, territory_number
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.values import territories

AMOUNT_MINOR = 2_500
COLUMNS = (
    "territory", "pledge_id", "person_id", "by_member", "fund", "amount_minor", "currency", "reference",
    "state", "made_at",
)  # fmt: skip


class Bank:
    """The account of a trial: each statement opens where the one before it closed."""

    def __init__(self, database: asyncpg.Connection, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._number = 0
        self._balance_minor = 0
        self._serial = 0

    async def statement(self, lines: int) -> Path:
        """The file of the next statement, with this many payments in turn over all territories."""
        references = await self._promised(lines)
        self._number += 1
        day = BankDay(
            iban=DEMONSTRATION_IBAN,
            booked_on=BOOKED_ON,
            number=self._number,
            opening_minor=self._balance_minor,
        )
        for reference in references:
            day.credit(AMOUNT_MINOR, reference=reference)
        self._balance_minor = day.closing_minor
        return day.write(self._folder)

    async def _promised(self, count: int) -> Sequence[str]:
        """Put pledges where the service keeps them; nobody is told of them, and payments find them all the same."""
        rows = list(self._pledges(count))
        await self._database.copy_records_to_table("pledges", records=rows, columns=COLUMNS)
        return [row[COLUMNS.index("reference")] for row in rows]

    def _pledges(self, count: int) -> Iterator[tuple[Any, ...]]:
        codes = [territory.code for territory in territories()]
        now = datetime.now(UTC)
        for number in range(count):
            self._serial += 1
            code = codes[number % len(codes)]
            reference = issue_reference(territory_number(code), self._serial)
            state = PledgeState.PLEDGED.value
            yield code, uuid4(), uuid4(), False, FUND, AMOUNT_MINOR, "EUR", reference, state, now
