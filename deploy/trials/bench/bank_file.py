"""A bank statement whose every line pays a pledge: the pledges are in the database, the file is on disk."""

from pathlib import Path

import asyncpg

from deploy.local.campaign.statements import BankDay
from deploy.trials.facts import BOOKED_ON
from services.pledges.settings import DEMONSTRATION_IBAN

AMOUNT_MINOR = 2_500


class Bank:
    """The account of a trial: each statement opens where the one before it closed."""

    def __init__(self, database: asyncpg.Connection, folder: Path, *, at_random: bool) -> None:
        """`at_random`: chance chooses which pledges a statement pays; else the next ones, as they were made."""
        self._database = database
        self._folder = folder
        self._at_random = at_random
        self._paid = 0
        self._number = 0
        self._balance_minor = 0

    async def statement(self, lines: int) -> Path:
        """The file of the next statement: so many payments, each of another pledge."""
        if self._at_random:
            chosen = await self._database.fetch(
                "select reference from pledges order by random() limit $1", lines
            )
        else:
            chosen = await self._database.fetch(
                "select reference from pledges order by made_at offset $2 limit $1", lines, self._paid
            )
        if len(chosen) < lines:
            raise ValueError(f"{lines} lines cannot each pay one of {len(chosen)} pledges")
        self._paid += lines
        self._number += 1
        day = BankDay(
            iban=DEMONSTRATION_IBAN,
            booked_on=BOOKED_ON,
            number=self._number,
            opening_minor=self._balance_minor,
        )
        for row in chosen:
            day.credit(AMOUNT_MINOR, reference=row["reference"])
        self._balance_minor = day.closing_minor
        return day.write(self._folder)
