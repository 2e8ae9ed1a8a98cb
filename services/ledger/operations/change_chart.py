"""Puts a chart of accounts in place of the present one: labels, new accounts, accounts that are closed or open again.

One person of the national treasury decides: no money moves by it. The author and the reason are kept.
"""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.domain.chart import Account
from services.ledger.domain.chart_check import ChartRefused, chart_problems, check_reason
from services.ledger.operations.treasurers import check_treasurer
from services.ledger.queries.chart import chart_of
from services.ledger.repository import accounts
from services.ledger.repository.closings import lock_all_chains
from services.ledger.repository.local_currencies import held_accounts
from shared.database import Work
from shared.values import NATIONAL


async def problems_of_chart(work: Work, proposed: Sequence[Account]) -> list[str]:
    """What is wrong with a chart, in French; nothing when it may take the place of the present one."""
    present = await chart_of(work)
    return chart_problems(
        proposed,
        present=[kept.number for kept in present],
        with_balance=[kept.number for kept in present if kept.has_balance],
        of_local_currencies=await held_accounts(work),
    )


async def change_chart(work: Work, *, proposed: Sequence[Account], reason: str, by: UUID) -> list[Account]:
    """Write what a whole chart changes of the present one; returns the accounts that it changes.

    Every chain is locked before an account is closed, so that nothing under way is posted to it. Raises ChartRefused,
    UserError (403).
    """
    await check_treasurer(work, by, NATIONAL)
    because = check_reason(reason)
    await accounts.lock_chart(work)
    present = {kept.number: kept.account for kept in await chart_of(work)}
    changed = [account for account in proposed if present.get(account.number) != account]
    if not all(account.is_open for account in changed):
        await lock_all_chains(work)
    if problems := await problems_of_chart(work, proposed):
        raise ChartRefused(problems)
    for account in changed:
        write = accounts.write_account if account.number in present else accounts.open_account
        await write(work, account, reason=because, by=by)
    return changed


async def change_account(work: Work, account: Account, *, reason: str, by: UUID) -> list[Account]:
    """The present chart with one account written anew, or added. Raises ChartRefused, UserError (403)."""
    await accounts.lock_chart(work)  # what another person writes meanwhile is not taken back
    present = {kept.number: kept.account for kept in await chart_of(work)}
    return await change_chart(
        work, proposed=list({**present, account.number: account}.values()), reason=reason, by=by
    )
