"""What a territory has to convert and to deliver, and how far that is, as its treasurers need it to decide."""

from typing import Any

from services.ledger.domain.chart import CASH, GIFTS_FOR_LOCAL_CURRENCY
from services.ledger.repository.conversions import CONVERSION_COLUMNS, conversion_from
from services.ledger.repository.deliveries import DELIVERY_COLUMNS, delivery_from
from services.ledger.repository.local_currencies import NEWEST_TERMS
from shared.database import Work
from shared.identity import Role

SHOWN = 200
"""What a page shows at once, the newest first."""

_ORDERER_LEFT = """
    state = 'ordered' and not exists (
        select from role_holders h
        where h.territory = o.territory and h.person_id = o.ordered_by and h.role = :treasurer
    ) as orderer_left
"""


_ISSUER_SINCE = """
    lateral (
        select (edited_at at time zone 'Europe/Paris')::date as issuer_since, e.decision_reference as issuer_decision
        from (
            select code, edit, issuer_iban, lag(issuer_iban) over (order by edit) as iban_before
            from local_currency_terms where code = o.local_currency
        ) as t join local_currency_edits e using (code, edit)
        where t.issuer_iban = o.issuer_iban and t.issuer_iban is distinct from t.iban_before
        order by edited_at <= o.ordered_at desc, edit desc limit 1
    ) as issuer on true
"""
"""Since when the registry had the account of a conversion, when it was ordered, and by which decision."""


async def conversions_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """The conversions of a territory. `order_hash` is what a second treasurer confirms; `issuer_since`, the day since
    which the registry had the issuer's account, by `issuer_decision`."""
    found = await work.execute(
        f"select {CONVERSION_COLUMNS}, {_ORDERER_LEFT}, issuer_since, issuer_decision"  # noqa: S608 - constants
        f" from conversions o left join {_ISSUER_SINCE}"
        " where territory = :territory order by ordered_at desc, conversion_id limit :shown",
        territory=territory,
        treasurer=Role.TREASURER.value,
        shown=SHOWN,
    )
    return [
        {
            **row,
            "order_hash": conversion_from(row).order_hash,
            "end_to_end_id": conversion_from(row).end_to_end_id,
        }
        for row in found.mappings()
    ]


async def deliveries_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """The deliveries of a territory. `order_hash` is what a second treasurer confirms."""
    found = await work.execute(
        f"select {DELIVERY_COLUMNS}, {_ORDERER_LEFT} from local_currency_deliveries o"  # noqa: S608 - constants
        " where territory = :territory order by ordered_at desc, delivery_id limit :shown",
        territory=territory,
        treasurer=Role.TREASURER.value,
        shown=SHOWN,
    )
    rows = []
    for row in found.mappings():
        columns = dict(row)
        orderer_left = columns.pop("orderer_left")
        rows.append(
            {**columns, "orderer_left": orderer_left, "order_hash": delivery_from(columns).order_hash}
        )
    return rows


async def standing(work: Work, territory: str) -> dict[str, Any]:
    """By fund: what is set aside and left to convert; by currency and fund: units held and left to deliver; and the
    currencies that reach the territory. In minor units."""
    return {
        "to_convert": await _to_convert(work, territory),
        "held": await _held(work, territory),
        "currencies": await _currencies(work, territory),
    }


async def _to_convert(work: Work, territory: str) -> list[dict[str, Any]]:
    found = await work.execute(
        """
        with aside as (
            select fund, -sum(amount_minor) as amount_minor from balances
            where territory = :territory and account = :account and currency = 'EUR' group by fund
        ), gone as (
            select fund, sum(amount_minor) as amount_minor,
                sum(amount_minor) filter (where state = 'received') as converted_minor
            from conversions where territory = :territory and state <> 'cancelled' group by fund
        )
        select fund, coalesce(a.amount_minor, 0)::bigint as set_aside_minor,
            coalesce(g.converted_minor, 0)::bigint as converted_minor,
            (coalesce(a.amount_minor, 0) - coalesce(g.amount_minor, 0))::bigint as to_convert_minor
        from aside a full join gone g using (fund) order by fund
        """,
        territory=territory,
        account=GIFTS_FOR_LOCAL_CURRENCY,
    )
    return [dict(row) for row in found.mappings()]


async def _held(work: Work, territory: str) -> list[dict[str, Any]]:
    found = await work.execute(
        """
        with held as (
            select currency as local_currency, fund, sum(amount_minor) as amount_minor from balances
            where territory = :territory and starts_with(account, :cash) group by currency, fund
        ), promised as (
            select local_currency, fund, sum(amount_minor) as amount_minor from local_currency_deliveries
            where territory = :territory and state in ('ordered', 'confirmed') group by local_currency, fund
        )
        select local_currency, fund, h.amount_minor::bigint as held_minor,
            (h.amount_minor - coalesce(p.amount_minor, 0))::bigint as to_deliver_minor
        from held h left join promised p using (local_currency, fund) order by local_currency, fund
        """,
        territory=territory,
        cash=CASH,
    )
    return [dict(row) for row in found.mappings()]


async def _currencies(work: Work, territory: str) -> list[dict[str, Any]]:
    found = await work.execute(
        f"""
        with newest as ({NEWEST_TERMS})
        select code, name, issuer_name from newest n
        where (retired_on is null or retired_on > :today) and exists (
            select from local_currency_communes c where c.code = n.code and c.territory = :territory and c.edit = (
                select max(edit) from local_currency_edits e where e.code = n.code and e.kind = 'perimeter'
            )
        ) order by name, code
        """,  # noqa: S608 - constants
        territory=territory,
        today=work.today,
    )
    return [dict(row) for row in found.mappings()]
