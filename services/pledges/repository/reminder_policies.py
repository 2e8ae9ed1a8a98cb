"""Reminder policies: one of a territory's own, else the national one."""

from uuid import UUID

from services.pledges.domain.reminder_policy import ReminderPolicy
from shared.database import Work


async def save_policy(work: Work, territory: str, policy: ReminderPolicy, *, set_by: UUID | None) -> None:
    """Set the policy of a territory, `00` for all that have none of their own."""
    await work.execute(
        """
        insert into reminder_policies (territory, days, expiry_days, set_by, set_at)
        values (:territory, cast(:days as integer[]), :expiry_days, :set_by, :now)
        on conflict (territory) do update set days = excluded.days, expiry_days = excluded.expiry_days,
            set_by = excluded.set_by, set_at = excluded.set_at
        """,
        territory=territory,
        days=list(policy.days),
        expiry_days=policy.expiry_days,
        set_by=set_by,
        now=work.now,
    )


async def drop_policy(work: Work, territory: str) -> None:
    """Let the national policy hold in a territory again."""
    await work.execute("delete from reminder_policies where territory = :territory", territory=territory)
