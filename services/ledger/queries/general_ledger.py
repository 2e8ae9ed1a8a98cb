"""The general ledger of an account: what it held, line after line in the order of their days, what it holds then.

Days and balances come from daily movements, so that a page reads only the days that it shows, and the running balance
begins with a sum. Entries have no index by day, which posting would pay for: of a million entries, a page of all
territories takes 0.15 s, of one 0.03 s (measured).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from services.ledger.queries.period import PeriodBalance
from shared.database import Work

MOST_DAYS_AT_ONCE = 64
"""Days are read 1, 2, 4, … at a time until a page is full: an account that few days move costs few statements, and a
day with many entries is read alone."""


class WantedAccount(NamedTuple):
    """An account in one currency over a period; of a territory, or of all with the national lane."""

    account: str
    currency: str
    first: date
    last: date
    territory: str | None = None


class Position(NamedTuple):
    """Where a line is among those of a period."""

    entry_on: date
    territory: str
    seq: int
    line: int


class AccountLine(NamedTuple):
    """One line of an entry, in minor units, a debit above zero; `balance_minor` is the account's after it."""

    entry_on: date
    territory: str
    seq: int
    line: int
    journal: str
    entry_number: int
    value_on: date
    label: str
    fund: str
    instrument: str
    amount_minor: int
    balance_minor: int

    @property
    def position(self) -> Position:
        return Position(self.entry_on, self.territory, self.seq, self.line)


class LedgerPage(NamedTuple):
    """Some lines, what the account held before the first of them, and where the next page begins after."""

    period: PeriodBalance
    before_minor: int
    lines: list[AccountLine]
    next_after: Position | None


async def ledger_page(
    work: Work, wanted: WantedAccount, *, after: Position | None, at_most: int
) -> LedgerPage:
    """The lines that follow a position, with the balances of the whole period."""
    opening_minor = await _opening(work, wanted)
    moved = await _days(work, wanted)
    begin = after.entry_on if after else wanted.first
    days = [day for day in moved if day >= begin]
    before_minor = opening_minor + sum(
        debit - credit for day, (debit, credit) in moved.items() if day < begin
    )
    lines: list[AccountLine] = []
    held_minor, size = before_minor, 1
    while days and len(lines) <= at_most:
        some, days = days[:size], days[size:]
        lines += await _lines(work, wanted, some, held_minor, after=after, at_most=at_most + 1 - len(lines))
        held_minor += sum(debit - credit for debit, credit in (moved[day] for day in some))
        size = min(size * 2, MOST_DAYS_AT_ONCE)
    shown = lines[:at_most]
    return LedgerPage(
        period=PeriodBalance(
            wanted.account,
            wanted.currency,
            opening_minor,
            sum(debit for debit, _ in moved.values()),
            sum(credit for _, credit in moved.values()),
        ),
        before_minor=shown[0].balance_minor - shown[0].amount_minor if shown else before_minor,
        lines=shown,
        next_after=shown[-1].position if len(lines) > at_most else None,
    )


_OF_THESE = """
    account = :account and currency = :currency
    and (cast(:territory as text) is null or territory = :territory)
"""


async def _opening(work: Work, wanted: WantedAccount) -> int:
    found = await work.execute(
        "select coalesce(sum(debit_minor - credit_minor), 0)::bigint from daily_movements"  # noqa: S608 - constants
        f" where {_OF_THESE} and entry_on < :first",
        **_of(wanted),
        first=wanted.first,
    )
    return int(found.scalar())


async def _days(work: Work, wanted: WantedAccount) -> dict[date, tuple[int, int]]:
    """The days that moved the account, in their order, with what they debited and credited."""
    found = await work.execute(
        "select entry_on, sum(debit_minor)::bigint, sum(credit_minor)::bigint from daily_movements"  # noqa: S608
        f" where {_OF_THESE} and entry_on between :first and :last group by entry_on order by entry_on",
        **_of(wanted),
        first=wanted.first,
        last=wanted.last,
    )
    return {day: (debit, credit) for day, debit, credit in found}


async def _lines(
    work: Work,
    wanted: WantedAccount,
    days: Sequence[date],
    before_minor: int,
    *,
    after: Position | None,
    at_most: int,
) -> list[AccountLine]:
    """The lines of these days that follow a position; `before_minor` is what the account held before the first day."""
    position = after or Position(date.min, "", 0, 0)
    found = await work.execute(
        f"""
        select entry_on, territory, seq, line, journal, entry_number, value_on, label, fund, instrument,
            amount_minor, so_far + :before_minor as balance_minor
        from (
            select territory, seq, line, entry_on, journal, entry_number, value_on, label, account, fund,
                instrument, currency, amount_minor,
                sum(amount_minor) over (order by entry_on, territory, seq, line)::bigint as so_far
            from journal_entries join entry_lines using (territory, seq)
            where entry_on = any(cast(:days as date[])) and {_OF_THESE}
        ) as of_days
        where (entry_on, territory, seq, line) > (:after_on, :after_territory, :after_seq, :after_line)
        order by entry_on, territory, seq, line limit :at_most
        """,  # noqa: S608 - constants
        **_of(wanted),
        days=list(days),
        before_minor=before_minor,
        after_on=position.entry_on,
        after_territory=position.territory,
        after_seq=position.seq,
        after_line=position.line,
        at_most=at_most,
    )
    return [AccountLine(*row) for row in found]


def _of(wanted: WantedAccount) -> dict[str, Any]:
    return {"account": wanted.account, "currency": wanted.currency, "territory": wanted.territory}
