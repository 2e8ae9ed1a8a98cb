"""What went back of payments is kept as it was posted."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import BANK, GIFTS_FOR_LOCAL_CURRENCY, LIAISON
from services.ledger.queries.verification.found import Verification

_RECEIPTS = """
    with posted as (
        select e.territory, e.line_id, l.currency,
            sum(l.amount_minor) filter (where l.account in (:bank, :liaison)) as amount,
            coalesce(-sum(l.amount_minor) filter (where l.account = :share), 0) as share
        from journal_entries e join entry_lines l using (territory, seq)
        where e.journal = 'COL' group by e.territory, e.seq, l.currency
    ), returned as (
        select territory, currency, -sum(amount) as amount, -sum(share) as share
        from posted where amount < 0 group by territory, currency
    ), kept as (
        select territory, currency, sum(returned_minor) as amount,
            sum(div(share_minor::numeric * returned_minor, amount_minor)) as share
        from returned_receipts group by territory, currency
    )
    select 'paiement ' || r.line_id
    from returned_receipts r left join (select * from posted where amount > 0) p using (territory, line_id, currency)
    where (r.amount_minor, r.share_minor) is distinct from (p.amount, p.share)
    union all
    select 'retours du territoire ' || territory from kept k full join returned p using (territory, currency)
    where (k.amount, k.share) is distinct from (p.amount, p.share)
"""


async def verify_receipts(connection: AsyncConnection, found: Verification) -> None:
    """Each payment that went back has its entry with the same share, and what went back was posted back."""
    differing = await connection.execute(
        text(_RECEIPTS), {"bank": BANK, "liaison": LIAISON, "share": GIFTS_FOR_LOCAL_CURRENCY}
    )
    found.problems += [f"{what} : ce qui est tenu diffère des écritures." for (what,) in differing]
