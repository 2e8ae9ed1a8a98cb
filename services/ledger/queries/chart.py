"""The chart of accounts as it is, and who changed what of it when."""

from datetime import date, datetime
from typing import NamedTuple

from services.ledger.domain.chart import Account
from shared.database import Work

SHOWN = 50


class KeptAccount(NamedTuple):
    """An account with its days; `has_balance`: it is not at zero everywhere."""

    number: str
    label: str
    meaning: str
    opened_on: date
    closed_on: date | None
    has_balance: bool

    @property
    def account(self) -> Account:
        return Account(self.number, self.label, self.meaning, self.closed_on is None)


class ChangeOfAccount(NamedTuple):
    """An account as it was written on a day, and why."""

    number: str
    label: str
    is_open: bool
    reason: str
    changed_at: datetime


async def chart_of(work: Work) -> list[KeptAccount]:
    """Every account, closed ones too, in the order of their numbers."""
    found = await work.execute(
        "select number, label, meaning, opened_on, closed_on,"
        " number in (select account from balances where amount_minor <> 0) as has_balance"
        " from accounts order by number"
    )
    return [KeptAccount._make(row) for row in found]


async def labels_of(work: Work) -> dict[str, str]:
    """The label of each account."""
    found = await work.execute("select number, label from accounts order by number")
    return {row.number: row.label for row in found}


async def open_accounts(work: Work) -> frozenset[str]:
    """The numbers that may be posted to. While a chain is locked, none of them is closed."""
    found = await work.execute("select number from accounts where closed_on is null")
    return frozenset(found.scalars())


async def changes_of_chart(work: Work) -> list[ChangeOfAccount]:
    """What the treasury changed, the newest first; not what came with the software."""
    found = await work.execute(
        "select number, label, is_open, reason, changed_at from account_changes"
        " where changed_by is not null order by changed_at desc, number limit :shown",
        shown=SHOWN,
    )
    return [ChangeOfAccount._make(row) for row in found]
