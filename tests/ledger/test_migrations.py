"""Bringing books with rows in them up to date."""

from typing import Any
from uuid import UUID

import asyncpg

from shared.database.migrate import migrate

IN_EUROS, IN_FRANCS, UNANNOUNCED = (UUID(int=number) for number in (1, 2, 3))
STATEMENTS = """
    insert into statements (statement_id, account, opening_minor, closing_minor, currency, opening_on, closing_on,
        line_count, credit_minor, debit_minor, event_id, payload_hash)
    select id, currency, 0, 5, currency, '2026-03-02', '2026-03-02', 1, 5, 0, id, ''
    from (values ($1::uuid, 'EUR'), ($2::uuid, 'XPF')) as one (id, currency)
"""
TALLIES = """
    insert into statement_tallies (statement_id, territory, line_count, credit_minor, debit_minor)
    select id, territory, 1, 5, 0
    from (values ($1::uuid, '64'), ($2::uuid, '988'), ($3::uuid, '64'), ($3::uuid, '987')) as one (id, territory)
"""
ENTRY = """
    insert into journal_entries (territory, seq, event_id, journal, entry_number, entry_on, value_on, document, label,
        payload_hash, statement_id, line_id, recorded_at, hash)
    values ($1, 1, gen_random_uuid(), 'COL', 1, '2026-03-02', '2026-03-02', 'd', 'l', '', $2, gen_random_uuid(),
        now(), '')
"""
LINES = """
    insert into entry_lines (territory, seq, line, account, fund, instrument, currency, amount_minor)
    values ($1, 1, 1, '512100', 'f', 'gift', $2, 5), ($1, 1, 2, '754110', 'f', 'gift', $2, -5)
"""


async def test_what_was_counted_of_a_statement_keeps_its_currency(cluster: Any) -> None:
    """That of the statement, or of the bank lines of one that is not announced yet."""
    owner_url, _ = cluster.fresh_database("ledger")
    await migrate("ledger", owner_url=owner_url, to="0020")
    old = await asyncpg.connect(owner_url)
    await old.execute(STATEMENTS, IN_EUROS, IN_FRANCS)
    await old.execute(TALLIES, IN_EUROS, IN_FRANCS, UNANNOUNCED)
    for territory, currency in (("64", "EUR"), ("987", "XPF")):
        await old.execute(ENTRY, territory, UNANNOUNCED)
        await old.execute(LINES, territory, currency)
    await old.close()
    await migrate("ledger", owner_url=owner_url)
    new = await asyncpg.connect(owner_url)
    rows = await new.fetch("select statement_id, territory, currency from statement_tallies order by 1, 2")
    await new.close()
    assert [tuple(row) for row in rows] == [
        (IN_EUROS, "64", "EUR"),
        (IN_FRANCS, "988", "XPF"),
        (UNANNOUNCED, "64", "EUR"),
        (UNANNOUNCED, "987", "XPF"),
    ]
