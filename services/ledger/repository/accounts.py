"""Accounts: opened, written anew, closed; never removed, and each change is kept with its author and its reason."""

from uuid import UUID

from services.ledger.domain.chart import Account
from shared.database import Work
from shared.values import new_id


async def lock_chart(work: Work) -> None:
    """Whoever changes the chart does so one after the other, before any chain is locked; postings go on."""
    await work.execute("lock table accounts in share row exclusive mode")


async def open_account(work: Work, account: Account, *, reason: str, by: UUID | None) -> bool:
    """Whether it was added: False when the chart has an account of this number, which stays as it is.

    The caller has checked it (`domain/chart_check.py`); `by` nobody: a flow opens it by itself.
    """
    added = await work.execute(
        "insert into accounts (number, label, meaning, opened_on) values (:number, :label, :meaning, :day)"
        " on conflict do nothing",
        number=account.number,
        label=account.label,
        meaning=account.meaning,
        day=work.today,
    )
    if added.rowcount:
        await _keep(work, account, reason=reason, by=by)
    return bool(added.rowcount)


async def write_account(work: Work, account: Account, *, reason: str, by: UUID) -> None:
    """Write an account that is there anew: its words, and whether it is open."""
    await work.execute(
        "update accounts set label = :label, meaning = :meaning,"
        " closed_on = case when :is_open then null else coalesce(closed_on, :day) end where number = :number",
        number=account.number,
        label=account.label,
        meaning=account.meaning,
        is_open=account.is_open,
        day=work.today,
    )
    await _keep(work, account, reason=reason, by=by)


async def _keep(work: Work, account: Account, *, reason: str, by: UUID | None) -> None:
    await work.execute(
        "insert into account_changes (change_id, number, label, meaning, is_open, reason, changed_by, changed_at)"
        " values (:id, :number, :label, :meaning, :is_open, :reason, :by, :now)",
        id=new_id(),
        number=account.number,
        label=account.label,
        meaning=account.meaning,
        is_open=account.is_open,
        reason=reason,
        by=by,
        now=work.now,
    )
