"""Euros moved to issuers are units received, units given to projects were held, and no share was taken twice."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain import chart
from services.ledger.queries.verification.found import Verification

_DOCUMENTS = """
    with said as (
        select territory, conversion_id::text as document, cast(:under_way as text) as account, fund, 'EUR' as currency,
            case state when 'paid' then amount_minor else 0 end as amount_minor
        from conversions where state in ('paid', 'received')
        union all
        select territory, conversion_id::text, :bank, fund, 'EUR', -amount_minor
        from conversions where state in ('paid', 'received')
        union all
        select territory, conversion_id::text, :converted, fund, 'EUR', amount_minor
        from conversions where state = 'received'
        union all
        select territory, conversion_id::text, :converted, fund, local_currency, -units_minor
        from conversions where state = 'received'
        union all
        select territory, conversion_id::text, held_account, fund, local_currency, units_minor
        from conversions join local_currencies on code = local_currency where state = 'received'
        union all
        select territory, delivery_id::text, :granted, fund, local_currency, amount_minor
        from local_currency_deliveries where state = 'delivered'
        union all
        select territory, delivery_id::text, held_account, fund, local_currency, -amount_minor
        from local_currency_deliveries join local_currencies on code = local_currency where state = 'delivered'
    ), booked as (
        select territory, document, account, fund, currency, sum(amount_minor) as amount_minor
        from journal_entries join entry_lines using (territory, seq)
        where journal = :journal group by territory, document, account, fund, currency
    )
    select distinct territory, document
    from said s full join booked b using (territory, document, account, fund, currency)
    where coalesce(s.amount_minor, 0) <> coalesce(b.amount_minor, 0) order by 1, 2
"""

_PARITY = """
    select territory from balances where account = :converted group by territory
    having sum(amount_minor) filter (where currency = 'EUR')
        is distinct from -sum(amount_minor) filter (where currency <> 'EUR')
    order by 1
"""

_HELD = """
    select territory, currency from balances where starts_with(account, :cash) group by territory, currency, fund
    having sum(amount_minor) < 0 order by 1, 2
"""

_MARKS = """
    with taken as (
        select territory, conversion_id, from_seq, from_offset_minor, through_seq,
            lag(through_seq, 1, 0::bigint) over chain as last_seq,
            lag(through_offset_minor, 1, 0::bigint) over chain as last_offset_minor
        from conversions where through_seq is not null
        window chain as (partition by territory, fund order by through_seq, through_offset_minor)
    )
    select territory, conversion_id from taken left join chains using (territory)
    where (from_seq, from_offset_minor) <> (last_seq, last_offset_minor) or through_seq > coalesce(chains.seq, 0)
    order by 1, 2
"""


_ACCOUNTS = {
    "under_way": chart.CONVERSIONS_UNDER_WAY,
    "bank": chart.BANK,
    "converted": chart.CONVERTED,
    "granted": chart.GRANTS_IN_LOCAL_CURRENCY,
    "journal": chart.Journal.LOCAL_CURRENCY.value,
}


async def verify_local_currencies(connection: AsyncConnection, found: Verification) -> None:
    """Each conversion and delivery is posted as it stands, one for one, and takes up where the one before ended."""
    found.problems += [
        f"territoire {territory}, monnaies locales, pièce {document} : les écritures diffèrent de la conversion ou de"
        " la remise."
        for territory, document in await connection.execute(text(_DOCUMENTS), _ACCOUNTS)
    ]
    found.problems += [
        f"territoire {territory} : les euros convertis ne sont pas les unités reçues (compte 588000)."
        for (territory,) in await connection.execute(text(_PARITY), {"converted": chart.CONVERTED})
    ]
    found.problems += [
        f"territoire {territory} : plus d’unités {currency} remises que reçues."
        for territory, currency in await connection.execute(text(_HELD), {"cash": chart.CASH})
    ]
    found.problems += [
        f"territoire {territory}, conversion {conversion_id} : elle ne prend pas les parts là où la précédente"
        " s’est arrêtée."
        for territory, conversion_id in await connection.execute(text(_MARKS))
    ]
