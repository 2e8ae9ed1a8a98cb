"""Entries name accounts of the chart, and the chart is what was written."""

from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import ACCOUNTS
from services.ledger.queries.verification.found import Movements, Verification

_NOT_AS_WRITTEN = """
    with written as (
        select distinct on (number) number, label, meaning, is_open from account_changes
        order by number, changed_at desc, change_id desc
    )
    select coalesce(a.number, w.number) as number from accounts a full join written w using (number)
    where (a.label, a.meaning, a.closed_on is null) is distinct from (w.label, w.meaning, w.is_open) order by 1
"""


async def verify_chart(connection: AsyncConnection, computed: Movements, found: Verification) -> None:
    """Every line's account is there, every account of a flow is open, closed ones are at zero, all are as written."""
    is_open = {
        row.number: row.closed_on is None
        for row in await connection.execute(text("select number, closed_on from accounts"))
    }
    left: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
    for (place, _), (debit, credit) in computed.items():
        left[place] += debit - credit
    for territory, account in sorted({place[:2] for place in left}):
        if account not in is_open:
            found.problems.append(f"territoire {territory} : le compte {account} n’est pas au plan.")
    for place in sorted(
        place for place, amount in left.items() if amount and not is_open.get(place[1], True)
    ):
        found.problems.append(f"territoire {place[0]} : le compte {place[1]} est clos, et n’est pas à zéro.")
    found.problems += [
        f"plan de comptes : le compte {number} manque ou est clos, alors que des faits y sont inscrits."
        for number in sorted(ACCOUNTS)
        if not is_open.get(number)
    ]
    found.problems += [
        f"plan de comptes : le compte {number} n’est pas comme il a été écrit."
        for (number,) in await connection.execute(text(_NOT_AS_WRITTEN))
    ]
