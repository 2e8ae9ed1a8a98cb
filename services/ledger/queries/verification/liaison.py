"""What left one chain for another has come there."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import LIAISON
from services.ledger.queries.verification.found import Verification

_LIAISON = """
    select e.document, l.currency, sum(l.amount_minor)::bigint as amount_minor
    from entry_lines l join journal_entries e using (territory, seq)
    where l.account = :liaison group by e.document, l.currency
    having sum(l.amount_minor) <> 0 and max(e.recorded_at) < now() - interval '1 hour'
"""


async def verify_liaison(connection: AsyncConnection, found: Verification) -> None:
    """What left suspense for a territory, or one envelope for another, has come there.

    The two chains are given an hour to hear of a bank line; of a share, both are posted at once.
    """
    found.problems += [
        f"ligne de banque ou part d’enveloppe {document} : un seul de ses côtés est inscrit depuis plus d’une heure,"
        f" il manque {abs(amount)} ({currency}, en plus petites unités) au compte {LIAISON}."
        for document, currency, amount in await connection.execute(text(_LIAISON), {"liaison": LIAISON})
    ]
