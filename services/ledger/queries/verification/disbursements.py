"""What is held back for money out is what stands in its accounts."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import COMMITTED, RESERVED
from services.ledger.queries.verification.found import Verification

_DISBURSEMENTS = """
    with held as (
        select territory, fund, currency, sum(case when state = 'committed' then 0 else amount_minor end) as reserved,
            sum(case when state = 'committed' then amount_minor else 0 end) as committed
        from disbursements where state in ('reserved', 'ordered', 'committed') group by territory, fund, currency
    ), booked as (
        select territory, fund, currency, coalesce(sum(amount_minor) filter (where account = :reserved), 0) as reserved,
            coalesce(sum(amount_minor) filter (where account = :committed), 0) as committed
        from balances where account in (:reserved, :committed) group by territory, fund, currency
    )
    select territory, fund from held h full join booked b using (territory, fund, currency)
    where (coalesce(h.reserved, 0), coalesce(h.committed, 0))
        is distinct from (coalesce(b.reserved, 0), coalesce(b.committed, 0))
"""


async def verify_disbursements(connection: AsyncConnection, found: Verification) -> None:
    """What is held back and committed in each envelope is the sum of the disbursements that stand there."""
    differing: Any = await connection.execute(
        text(_DISBURSEMENTS), {"reserved": RESERVED, "committed": COMMITTED}
    )
    found.problems += [
        f"territoire {territory}, enveloppe {fund} : les versements en cours diffèrent des comptes {RESERVED}"
        f" et {COMMITTED}."
        for territory, fund in differing
    ]
