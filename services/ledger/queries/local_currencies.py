"""The registry of local currencies as everybody may read it, and what was converted into each."""

from datetime import date
from typing import Any

from services.ledger.domain.chart import CASH, CONVERTED, GRANTS_IN_LOCAL_CURRENCY
from services.ledger.domain.local_currency import EditKind
from services.ledger.repository.local_currencies import NEWEST_TERMS, acceptors_of, communes_of, currency_from
from shared.database import Work
from shared.values import day_of


async def registry(work: Work) -> list[dict[str, Any]]:
    """Every currency, by name: issuer, perimeter, network, the decisions behind them, and its control.

    Amounts are in minor units. No account of an issuer is in it.
    """
    found = await work.execute(f"{NEWEST_TERMS} order by name, code")
    currencies = [currency_from(row) for row in found.mappings()]
    sums, decisions = await _sums(work), await _decisions(work)
    shown = []
    for one in currencies:
        communes, acceptors = await communes_of(work, one.code), await acceptors_of(work, one.code)
        shown.append(
            {
                "code": one.code,
                "name": one.terms.name,
                "issuer_name": one.terms.issuer_name,
                "issuer_identifier": one.terms.issuer_identifier,
                "retired_on": one.terms.retired_on,
                "held_account": one.held_account,
                "communes": communes,
                "network": [
                    {
                        "identifier": acceptor.identifier,
                        "name": acceptor.name,
                        "accepts_from": acceptor.accepts_from,
                        "accepts_until": acceptor.accepts_until,
                    }
                    for acceptor in acceptors
                ],
                "decisions": {
                    kind: decision for (code, kind), decision in decisions.items() if code == one.code
                },
                **sums.get(one.code, _NOTHING),
            }
        )
    return shown


_NOTHING = {"paid_minor": 0, "converted_minor": 0, "units_minor": 0, "delivered_minor": 0, "held_minor": 0}

_SUMS = """
    with euros as (
        select local_currency as code,
            coalesce(sum(amount_minor) filter (where state = 'paid'), 0)::bigint as paid_minor,
            coalesce(sum(amount_minor) filter (where state = 'received'), 0)::bigint as converted_minor
        from conversions group by local_currency
    ), units as (
        select currency as code,
            coalesce(-sum(amount_minor) filter (where account = :converted), 0)::bigint as units_minor,
            coalesce(sum(amount_minor) filter (where account = :granted), 0)::bigint as delivered_minor,
            coalesce(sum(amount_minor) filter (where starts_with(account, :cash)), 0)::bigint as held_minor
        from balances where currency like 'X-%' group by currency
    )
    select code, coalesce(paid_minor, 0) as paid_minor, coalesce(converted_minor, 0) as converted_minor,
        coalesce(units_minor, 0) as units_minor, coalesce(delivered_minor, 0) as delivered_minor,
        coalesce(held_minor, 0) as held_minor
    from euros full join units using (code)
"""
"""Euros by the conversions, units by the books: the control compares the two."""


async def _sums(work: Work) -> dict[str, dict[str, int]]:
    found = await work.execute(_SUMS, converted=CONVERTED, granted=GRANTS_IN_LOCAL_CURRENCY, cash=CASH)
    return {row["code"]: {name: row[name] for name in _NOTHING} for row in found.mappings()}


async def _decisions(work: Work) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest decision about each thing of each currency."""
    found = await work.execute(
        "select distinct on (code, kind) code, kind, decision_reference, edited_at from local_currency_edits"
        " order by code, kind, edit desc"
    )
    return {
        (row.code, EditKind(row.kind).value): {
            "decision_reference": row.decision_reference,
            "edited_on": day_of(row.edited_at),
        }
        for row in found
    }


async def policies_in_force(work: Work, *, on: date) -> list[dict[str, Any]]:
    """The share of each territory that has one of its own, the national one first, with the vote behind it."""
    found = await work.execute(
        "select distinct on (territory) territory, basis_points, effective_on, decision_reference"
        " from local_currency_policies where effective_on <= :on order by territory, effective_on desc",
        on=on,
    )
    return [dict(row) for row in found.mappings()]


async def control_by_territory(work: Work) -> list[dict[str, Any]]:
    """Of each territory that converted: the euros of 588000, and its units. They are the same in good books."""
    found = await work.execute(
        """
        select territory, coalesce(sum(amount_minor) filter (where currency = 'EUR'), 0)::bigint as euros_minor,
            coalesce(-sum(amount_minor) filter (where currency <> 'EUR'), 0)::bigint as units_minor
        from balances where account = :converted group by territory order by territory
        """,
        converted=CONVERTED,
    )
    return [dict(row) for row in found.mappings()]
