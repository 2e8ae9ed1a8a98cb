"""Euros moved to issuers are units received, units given to projects were held, and no share was taken twice."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain import chart
from services.ledger.queries.verification.found import Verification
from services.ledger.repository.conversions import CONVERSION_COLUMNS, conversion_from
from services.ledger.repository.deliveries import DELIVERY_COLUMNS, delivery_from

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

_SHARES = """
    with share as (
        select l.territory, l.seq, l.fund, -sum(l.amount_minor) as share_minor
        from entry_lines l join journal_entries e using (territory, seq)
        where l.account = :share and l.currency = 'EUR' and l.amount_minor < 0 and e.journal = :collections
            and e.line_id is not null
        group by l.territory, l.seq, l.fund
    )
    select c.territory, c.conversion_id
    from conversions c left join share s on s.territory = c.territory and s.fund = c.fund
        and s.seq between c.from_seq and c.through_seq
    where c.through_seq is not null group by c.territory, c.conversion_id
    having coalesce(sum(greatest(
        case when s.seq = c.through_seq then least(s.share_minor, c.through_offset_minor) else s.share_minor end
            - case when s.seq = c.from_seq then c.from_offset_minor else 0 end, 0
    )), 0) < c.amount_minor
    order by 1, 2
"""
"""Before what went back since: a share that a conversion took may have gone back later."""

_DAYS = """
    select territory, conversion_id from conversions c join journal_entries e using (territory)
    where e.journal = :journal and e.document = c.conversion_id::text and e.line_id is not null
        and e.entry_on <> c.paid_on and not (
            c.paid_on < e.entry_on and e.entry_on - 1 in (select closed_through from closings)
        )
    order by 1, 2
"""
"""Booked on the day of the debit, or on the first open one after it."""

_WORDS = """
    select {columns}, e.payload_hash, e.value_on
    from {table} o join journal_entries e using (territory)
    where e.journal = :journal and e.document = o.{id}::text and e.line_id is null and o.issuer_reference is not null
    order by territory, {id}
"""


_ML = {"journal": chart.Journal.LOCAL_CURRENCY.value}

_ACCOUNTS = {
    **_ML,
    "under_way": chart.CONVERSIONS_UNDER_WAY,
    "bank": chart.BANK,
    "converted": chart.CONVERTED,
    "granted": chart.GRANTS_IN_LOCAL_CURRENCY,
}


async def verify_local_currencies(connection: AsyncConnection, found: Verification) -> None:
    """Each conversion and delivery is posted as it stands, one for one, as the issuer said it; each conversion takes
    up where the one before ended, and takes its amount."""
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
    shares = {"share": chart.GIFTS_FOR_LOCAL_CURRENCY, "collections": chart.Journal.COLLECTIONS.value}
    found.problems += [
        f"territoire {territory}, conversion {conversion_id} : les parts qu’elle prend ne font pas son montant."
        for territory, conversion_id in await connection.execute(text(_SHARES), shares)
    ]
    found.problems += [
        f"territoire {territory}, conversion {conversion_id} : le jour du débit n’est pas celui de l’écriture."
        for territory, conversion_id in await connection.execute(text(_DAYS), _ML)
    ]
    await _verify_words(connection, found)


async def _verify_words(connection: AsyncConnection, found: Verification) -> None:
    """What an issuer said, as it is kept, is what its entry rests on."""
    units = _WORDS.format(columns=CONVERSION_COLUMNS, table="conversions", id="conversion_id")
    for row in (await connection.execute(text(units), _ML)).mappings():
        conversion = conversion_from(dict(row))
        if (row["payload_hash"].hex(), row["value_on"]) != (conversion.word_hash, row["received_on"]):
            found.problems.append(
                f"territoire {row['territory']}, conversion {conversion.conversion_id} : l’écriture dit autre chose que"
                " l’ordre, le jour, la référence ou le document de l’émetteur."
            )
    handed = _WORDS.format(columns=DELIVERY_COLUMNS, table="local_currency_deliveries", id="delivery_id")
    for row in (await connection.execute(text(handed), _ML)).mappings():
        delivery = delivery_from({name: row[name] for name in DELIVERY_COLUMNS.split(", ")})
        if (row["payload_hash"].hex(), row["value_on"]) != (delivery.word_hash, row["delivered_on"]):
            found.problems.append(
                f"territoire {row['territory']}, remise {delivery.delivery_id} : l’écriture dit autre chose que"
                " l’ordre, le jour, la référence ou le document de l’émetteur."
            )
