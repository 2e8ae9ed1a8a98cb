"""The movements and balances kept are the sums of the lines."""

from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.queries.verification.found import Movements, Place, Verification


async def verify_balances(connection: AsyncConnection, computed: Movements, found: Verification) -> None:
    """The movements and balances kept are the sums of the lines."""
    sums: dict[Place, int] = defaultdict(int)
    for (place, _), (debit, credit) in computed.items():
        sums[place] += debit - credit
    kept = {
        (row.territory, row.account, row.fund, row.instrument, row.currency): row.amount_minor
        for row in await connection.execute(text("select * from balances"))
    }
    for place in sorted(kept.keys() | sums.keys()):
        if kept.get(place, 0) != sums.get(place, 0):
            found.problems.append(
                f"{_named(place)} : le solde tenu est {kept.get(place, 0)}, la somme des lignes"
                f" {sums.get(place, 0)} (en plus petites unités)."
            )
    moved = {
        ((row.territory, row.account, row.fund, row.instrument, row.currency), row.entry_on): [
            row.debit_minor,
            row.credit_minor,
        ]
        for row in await connection.execute(text("select * from daily_movements"))
    }
    for key in sorted(moved.keys() | computed.keys()):
        if moved.get(key) != computed.get(key):
            found.problems.append(
                f"{_named(key[0])}, {key[1]} : les mouvements tenus sont {moved.get(key)}, ceux des lignes"
                f" {computed.get(key)} (débit et crédit, en plus petites unités)."
            )


def _named(place: Place) -> str:
    territory, account, fund, instrument, currency = place
    return f"territoire {territory}, compte {account} ({fund}, {instrument}, {currency})"
