"""The journal and the general ledger of a period as CSV: made by the database, so that a year costs no memory.

Semicolons, amounts in minor units of the currency, UTF-8 with its mark. Each table is one statement: one moment.
"""

from codecs import BOM_UTF8
from datetime import date
from typing import BinaryIO

from shared.database import Work
from shared.database.csv_cells import harmless

_CELLS = f"""
    {harmless("document")} as "Pièce", {harmless("journal_entries.label")} as "Libellé"
"""
_OF_LINE = f"""
    {harmless("fund")} as "Fonds", instrument as "Instrument",
    greatest(amount_minor, 0) as "Débit", greatest(-amount_minor, 0) as "Crédit"
"""

_JOURNAL = f"""
    select territory as "Territoire", journal as "Journal", entry_number as "Écriture", entry_on as "Date",
        value_on as "Date de valeur", cast(recorded_at at time zone 'Europe/Paris' as date) as "Inscrite le", {_CELLS},
        account as "Compte", accounts.label as "Intitulé", {_OF_LINE}, currency as "Devise"
    from journal_entries join entry_lines using (territory, seq)
    join accounts on account = number
    where ($1::date is null or entry_on >= $1) and ($2::date is null or entry_on <= $2)
        and ($3::text is null or territory = $3) and ($4::text is null or journal = $4)
    order by territory, seq, line
"""  # noqa: S608 - columns of the code


async def write_journal(
    work: Work,
    output: BinaryIO,
    *,
    first: date | None,
    last: date | None,
    territory: str | None,
    journal: str | None,
) -> None:
    """Write the lines of entries in the order in which they were posted, of what is said: days, territory, journal."""
    output.write(BOM_UTF8)
    await work.copy_out(_JOURNAL, first, last, territory, journal, output=output)


_LEDGER = f"""
    with moved as (
        select account, currency,
            coalesce(sum(debit_minor - credit_minor) filter (where entry_on < $1), 0)::bigint as opening_minor,
            coalesce(sum(debit_minor) filter (where entry_on >= $1), 0)::bigint as debit_minor,
            coalesce(sum(credit_minor) filter (where entry_on >= $1), 0)::bigint as credit_minor
        from daily_movements
        where entry_on <= $2 and ($3::text is null or territory = $3) and ($4::text is null or account = $4)
        group by account, currency
    ), shown as (
        select * from moved where opening_minor <> 0 or debit_minor <> 0 or credit_minor <> 0
    )
    select account as "Compte", accounts.label as "Intitulé", territory as "Territoire", entry_on as "Date",
        value_on as "Date de valeur", journal as "Journal", entry_number as "Écriture", document as "Pièce",
        row.label as "Libellé", fund as "Fonds", instrument as "Instrument", debit_minor as "Débit",
        credit_minor as "Crédit", balance_minor as "Solde", currency as "Devise"
    from (
        select 0 as part, account, null as territory, $1 as entry_on, null::bigint as seq, null::smallint as line,
            null::date as value_on, null as journal, null::bigint as entry_number, null as document,
            'Solde d’ouverture' as label, null as fund, null as instrument, null::bigint as debit_minor,
            null::bigint as credit_minor, opening_minor as balance_minor, currency
        from shown
        union all
        select 1, account, territory, entry_on, seq, line, value_on, journal, entry_number,
            {harmless("document")}, {harmless("label")}, {harmless("fund")}, instrument, greatest(amount_minor, 0),
            greatest(-amount_minor, 0),
            opening_minor + sum(amount_minor) over (
                partition by account, currency order by entry_on, territory, seq, line
            )::bigint,
            currency
        from journal_entries join entry_lines using (territory, seq) join shown using (account, currency)
        where entry_on between $1 and $2 and ($3::text is null or territory = $3)
        union all
        select 2, account, null, $2, null, null, null, null, null, null, 'Totaux et solde de clôture', null, null,
            debit_minor, credit_minor, opening_minor + debit_minor - credit_minor, currency
        from shown
    ) as row
    join accounts on account = number
    order by account, currency, part, entry_on, territory, seq, line
"""  # noqa: S608 - columns of the code


async def write_ledger(
    work: Work, output: BinaryIO, *, first: date, last: date, territory: str | None, account: str | None
) -> None:
    """Write an account, or each: what it held, its lines in the order of their days with its balance, its totals."""
    output.write(BOM_UTF8)
    await work.copy_out(_LEDGER, first, last, territory, account, output=output)
