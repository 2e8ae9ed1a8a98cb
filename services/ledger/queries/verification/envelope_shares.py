"""Shares of envelope that were confirmed are posted on both sides, and nothing else is posted as one."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import ENVELOPE_RECEIVED, ENVELOPE_SENT
from services.ledger.queries.verification.found import Verification

_SHARES = """
    with posted as (
        select e.territory, e.document, l.account, l.fund, l.currency, sum(l.amount_minor) as amount_minor
        from entry_lines l join journal_entries e using (territory, seq)
        where l.account in (:sent, :received) group by e.territory, e.document, l.account, l.fund, l.currency
    ), kept as (
        select territory, share_id::text as document, :sent as account, fund, currency, amount_minor
        from envelope_shares where state = 'confirmed'
        union all
        select receiver, share_id::text, :received, fund, currency, -amount_minor
        from envelope_shares where state = 'confirmed'
    )
    select document, territory from kept k full join posted p using (territory, document, account, fund, currency)
    where k.amount_minor is distinct from p.amount_minor::bigint order by document, territory
"""


async def verify_envelope_shares(connection: AsyncConnection, found: Verification) -> None:
    """What 186000 and 187000 say is what two persons decided, in the giving and in the receiving territory."""
    differing = await connection.execute(
        text(_SHARES), {"sent": ENVELOPE_SENT, "received": ENVELOPE_RECEIVED}
    )
    found.problems += [
        f"part d’enveloppe {document}, territoire {territory} : ce qui est tenu diffère des écritures."
        for document, territory in differing
    ]
