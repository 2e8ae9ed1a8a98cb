"""The lines of a period for an export, a few thousand at a time, however many there are."""

from collections.abc import AsyncIterator, Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from services.ledger.formats.exported import ExportedLine
from shared.database import Work

ROWS_AT_ONCE = 5_000
MOST_LINES = 100
"""Lines of one entry: a correction has twenty at most, and each fact has fewer."""

_LINES = text("""
    select e.territory, e.journal, e.entry_number, e.entry_on, e.value_on,
        cast(e.recorded_at at time zone 'Europe/Paris' as date), e.document, e.label, l.account, l.fund, l.instrument,
        l.currency, l.amount_minor
    from journal_entries e join entry_lines l using (territory, seq)
    where e.entry_on between :first and :last and l.account <> all(cast(:without as text[]))
    order by cast(e.recorded_at at time zone 'Europe/Paris' as date), e.territory, e.seq, l.line
""")
_BROUGHT_FORWARD = """
    select territory, account, fund, instrument, currency, sum(debit_minor - credit_minor)::bigint as amount_minor
    from daily_movements
    where entry_on < :first and account <> all(cast(:without as text[]))
    group by territory, account, fund, instrument, currency having sum(debit_minor - credit_minor) <> 0
    order by territory, account, fund, instrument, currency
"""


async def lines_of_period(
    work: Work, *, first: date, last: date, without: Collection[str] = ()
) -> AsyncIterator[list[ExportedLine]]:
    """The lines posted in a period, in the order of their validation, whole entries; but those of some accounts."""
    found = await work.session.stream(
        _LINES,
        {"first": first, "last": last, "without": list(without)},
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    begun: list[ExportedLine] = []
    async for rows in found.partitions(ROWS_AT_ONCE):
        lines = begun + [ExportedLine._make(row) for row in rows]
        last_entry = lines[-1].entry
        begun = [line for line in lines[-MOST_LINES:] if line.entry == last_entry]
        yield lines[: -len(begun)]
    if begun:
        yield begun


class Held(NamedTuple):
    """What an account of a territory held, in minor units, a debit above zero."""

    territory: str
    account: str
    fund: str
    instrument: str
    currency: str
    amount_minor: int


async def brought_forward(work: Work, *, first: date, without: Collection[str] = ()) -> list[Held]:
    """What each account of each territory held before a day."""
    found = await work.execute(_BROUGHT_FORWARD, first=first, without=list(without))
    return [Held._make(row) for row in found]
