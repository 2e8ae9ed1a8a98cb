"""Corrected entries are taken back whole, and none is made larger."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.queries.verification.found import Verification

_CORRECTIONS = """
    with line as (
        select c.territory, c.corrected_seq, e.event_id, l.account, l.fund, l.instrument, l.currency, l.amount_minor
        from corrections c
            join journal_entries e on e.territory = c.territory and e.seq = c.corrected_seq
                or e.event_id = c.correction_id
            join entry_lines l on l.territory = e.territory and l.seq = e.seq
        where c.state = 'confirmed'
    ), left_over as (
        select territory, corrected_seq from line group by territory, corrected_seq, account, fund, instrument, currency
        having sum(amount_minor) <> 0
    ), missing as (
        select territory, corrected_seq from corrections c where state = 'confirmed'
            and not exists (select from journal_entries e where e.event_id = c.correction_id)
    )
    select territory, corrected_seq from left_over union select territory, corrected_seq from missing order by 1, 2
"""
_ENLARGED = """
    with debit as (
        select c.territory, c.corrected_seq, l.currency,
            sum(l.amount_minor) filter (where l.seq = c.corrected_seq) as before,
            sum(l.amount_minor) filter (where l.seq > c.corrected_seq) as after
        from corrections c
            join journal_entries contra on contra.territory = c.territory and contra.event_id = c.correction_id
            join entry_lines l on l.territory = c.territory and l.seq in (c.corrected_seq, contra.seq + 1)
        where c.state = 'confirmed' and l.amount_minor > 0
        group by c.territory, c.corrected_seq, l.currency
    )
    select distinct territory, corrected_seq from debit where after > coalesce(before, 0) order by 1, 2
"""


async def verify_corrections(connection: AsyncConnection, found: Verification) -> None:
    """Each corrected entry has its contra-entry, line by line; what is right is right behind it, and no larger."""
    found.problems += [
        f"territoire {territory}, écriture {seq} : sa contre-passation ne la reprend pas ligne à ligne."
        for territory, seq in await connection.execute(text(_CORRECTIONS))
    ]
    found.problems += [
        f"territoire {territory}, écriture {seq} : sa correction l’agrandit."
        for territory, seq in await connection.execute(text(_ENLARGED))
    ]
