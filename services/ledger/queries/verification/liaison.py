"""What left one chain for another has come there."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import LIAISON
from services.ledger.queries.verification.found import Verification

_LIAISON = """
    select e.document, sum(l.amount_minor)::bigint as amount_minor
    from entry_lines l join journal_entries e using (territory, seq)
    where l.account = :liaison group by e.document, l.currency
    having sum(l.amount_minor) <> 0 and max(e.recorded_at) < now() - interval '1 hour'
"""


async def verify_liaison(connection: AsyncConnection, found: Verification) -> None:
    """What left suspense for a territory has come there; the two chains are given an hour to hear of it."""
    found.problems += [
        f"ligne de banque {document} : son affectation n’a qu’un côté depuis plus d’une heure, il manque"
        f" {abs(amount)} (en centimes) au compte {LIAISON}."
        for document, amount in await connection.execute(text(_LIAISON), {"liaison": LIAISON})
    ]
