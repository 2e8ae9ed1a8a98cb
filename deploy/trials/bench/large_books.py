"""Books with as many entries as one likes, made by SQL in minutes where posting them would take longer.

Chains' heads, entries, lines, balances, proved statements and their tallies agree to the cent. What no page of
figures reads is left out: receipts are missing and the hashes of the chain are stand-ins. Indexes are made after
the rows, triggers rest meanwhile, and the two large tables are unlogged, since all of it is thrown away.
"""

import asyncio
import shutil
from pathlib import Path

import asyncpg

from deploy.local.errors import PlatformError
from deploy.trials.bench.filling import without_indexes
from shared.values import territories

LINES_PER_STATEMENT = 10_000
BYTES_PER_ENTRY = 1_000
"""Measured: 600 with its lines and indexes; sorting these takes as much again for a while."""

_CODES = ", ".join(f"'{territory.code}'" for territory in territories())
_TERRITORY = f"(array[{_CODES}])[n % {len(territories())} + 1]"
_SEQ = f"n / {len(territories())} + 1"
_AMOUNT = "500 + n::bigint * 7919 % 49500"
_STATEMENT = f"n / {LINES_PER_STATEMENT}"
_DAY = "date '2026-01-02'"
_SERIES = "generate_series(0, {entries} - 1) as n"


def _id(number: str) -> str:
    return f"lpad(to_hex({number}), 32, '0')::uuid"


_ENTRIES = f"""
    insert into journal_entries (territory, seq, event_id, journal, entry_number, entry_on, value_on, document,
        label, payload_hash, statement_id, line_id, recorded_at, hash)
    select {_TERRITORY}, {_SEQ}, {_id("n")}, 'COL', {_SEQ}, {_DAY} + {_STATEMENT}, {_DAY} + {_STATEMENT},
        {_id("n")}::text, 'Paiement reçu', sha256(int4send(n)), {_id(_STATEMENT)}, {_id("n")}, now(),
        sha256(int4send(-n))
    from {_SERIES}
"""  # noqa: S608 - made of constants of this module
_LINES = f"""
    insert into entry_lines (territory, seq, line, account, fund, instrument, currency, amount_minor)
    select {_TERRITORY}, {_SEQ}, line, account, 'general', 'gift', 'EUR', sign * ({_AMOUNT})
    from {_SERIES} cross join (values (1, '512100', 1), (2, '754110', -1)) as two (line, account, sign)
"""  # noqa: S608 - made of constants of this module
_TALLIES = f"""
    insert into statement_tallies (statement_id, territory, currency, line_count, credit_minor, debit_minor)
    select {_id(_STATEMENT)}, {_TERRITORY}, 'EUR', count(*), sum({_AMOUNT}), 0 from {_SERIES} group by 1, 2
"""  # noqa: S608 - made of constants of this module
_STATEMENTS = f"""
    insert into statements (statement_id, account, opening_minor, closing_minor, currency, opening_on, closing_on,
        line_count, credit_minor, debit_minor, event_id, payload_hash, proved_at, proved_position)
    select statement_id, 'FR..0189', sum(credit) over day - credit, sum(credit) over day, 'EUR',
        {_DAY} + number, {_DAY} + number, lines, credit, 0, statement_id, sha256(int4send(number)), now(), number
    from (
        select statement_id, sum(line_count) as lines, sum(credit_minor) as credit,
            (row_number() over (order by statement_id))::integer - 1 as number
        from statement_tallies group by statement_id
    ) as statement
    window day as (order by number)
"""  # noqa: S608 - made of constants of this module
_MOVEMENTS = """
    insert into daily_movements (territory, entry_on, account, fund, instrument, currency, debit_minor, credit_minor)
    select territory, entry_on, account, 'general', 'gift', 'EUR', sum(greatest(amount_minor, 0)),
        -sum(least(amount_minor, 0))
    from journal_entries join entry_lines using (territory, seq) group by territory, entry_on, account
"""
_BALANCES = """
    insert into balances (territory, account, fund, instrument, currency, amount_minor)
    select territory, account, fund, instrument, currency, sum(debit_minor - credit_minor) from daily_movements
    group by territory, account, fund, instrument, currency
"""
_CHAINS = """
    insert into chains (territory, seq, hash, entry_numbers)
    select territory, max(seq), sha256(''), jsonb_build_object('COL', max(seq)) from journal_entries
    group by territory
"""


class NoRoom(PlatformError):
    """« Il faut … Go libres … »"""

    def __init__(self, *, place: Path, needed: int, free: int) -> None:
        super().__init__(
            f"Il faut {_gigabytes(needed)} libres dans {place} pour autant d’écritures, "
            f"il y en a {_gigabytes(free)} : demandez-en moins avec --postings."
        )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} Go".replace(".", ",")


def ensure_room(place: Path, entries: int) -> None:
    """Raises NoRoom."""
    needed, free = entries * BYTES_PER_ENTRY, shutil.disk_usage(place).free
    if needed > free:
        raise NoRoom(place=place, needed=needed, free=free)


async def fill_books(owner_url: str, entries: int) -> None:
    """Fill a ledger's empty database; the two large tables side by side."""
    await asyncio.gather(
        _fill_large(owner_url, "journal_entries", _ENTRIES.format(entries=entries)),
        _fill_large(owner_url, "entry_lines", _LINES.format(entries=entries)),
    )
    owner = await asyncpg.connect(owner_url)
    try:
        for statement in (
            _TALLIES.format(entries=entries),
            _STATEMENTS,
            _MOVEMENTS,
            _BALANCES,
            _CHAINS,
            "analyze",
        ):
            await owner.execute(statement)
    finally:
        await owner.close()


async def _fill_large(owner_url: str, table: str, statement: str) -> None:
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute(f"alter table {table} disable trigger user")
        await owner.execute(
            f"alter table {table} set (autovacuum_enabled = off)"
        )  # its round would be measured too
        await owner.execute(f"alter table {table} set unlogged")
        async with without_indexes(owner, table):
            await owner.execute(statement)
        await owner.execute(f"alter table {table} enable trigger user")
    finally:
        await owner.close()
