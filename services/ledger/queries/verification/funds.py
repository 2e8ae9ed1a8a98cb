"""Rules of funds never reach back, and what is committed or given follows some."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.queries.verification.found import Verification
from services.ledger.repository.standing import STANDING
from shared.values import CENTS

_REACHES_BACK = """
    select fund, effective_on from fund_rules
    where adopted_by is not null and effective_on < cast(recorded_at at time zone 'Europe/Paris' as date)
    order by fund, effective_on
"""
_WHENS = " ".join(
    f"when '{currency}' then (d.amount_minor * {2 * numerator} + {denominator}) / {2 * denominator}"
    for currency, (numerator, denominator) in CENTS.items()
)
_IN_CENTS = f"case d.currency {_WHENS} end"
"""As `shared.values.in_cents` rounds what is above zero."""

_AGAINST_RULES = f"""
    select distinct d.territory, d.fund, d.family from ({STANDING}) d
    where d.state in ('committed', 'disbursed') and not exists (
        select from fund_rules r where r.fund = d.fund and d.family = any(r.families)
            and (r.largest_disbursement_minor is null or {_IN_CENTS} <= r.largest_disbursement_minor)
    )
    order by d.territory, d.fund, d.family
"""  # noqa: S608 - constants


async def verify_funds(connection: AsyncConnection, found: Verification) -> None:
    """No rules take effect before they were written; some rules of its fund allow each commitment, where it stands."""
    found.problems += [
        f"fonds {fund} : ses règles du {effective_on} ont été écrites après ce jour."
        for fund, effective_on in await connection.execute(text(_REACHES_BACK))
    ]
    found.problems += [
        f"territoire {territory}, fonds {fund} : un versement ({family}) n’est permis par aucune de ses règles."
        for territory, fund, family in await connection.execute(text(_AGAINST_RULES))
    ]
