"""Reads of reminder policies."""

from datetime import datetime

from pydantic import BaseModel

from services.pledges.domain.reminder_policy import ReminderPolicy
from shared.database import Work


class ReminderPolicyView(BaseModel):
    """What holds in a territory; `is_own`: it was set there, and the national one does not count."""

    territory: str
    days: list[int]
    expiry_days: int
    is_own: bool
    set_at: datetime

    @property
    def policy(self) -> ReminderPolicy:
        return ReminderPolicy(tuple(self.days), self.expiry_days)


async def policy_of(work: Work, territory: str) -> ReminderPolicyView:
    """The policy that holds in a territory (`00`: the national one)."""
    found = await work.execute(
        """
        select cast(:territory as text) as territory, days, expiry_days, territory = :territory as is_own, set_at
        from reminder_policies where territory in (:territory, '00')
        order by territory = :territory desc limit 1
        """,
        territory=territory,
    )
    return ReminderPolicyView.model_validate(dict(found.mappings().one()))
