"""When a territory reminds of what is due, over HTTP: its treasurers set it, `00` is the national policy."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.operations.set_reminder_policy import set_policy, use_national_policy
from services.pledges.queries.reminder_policies import ReminderPolicyView, policy_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["relances"])
Days = Annotated[int, Field(strict=True, ge=-1000, le=1000)]


class NewReminderPolicy(BaseModel):
    """Days around a due date, before it when negative; none for no reminder. Pledges expire `expiry_days` after it."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[list[Days], Field(max_length=20)]
    expiry_days: Days


@router.get("/reminder-policies/{territory}", dependencies=[allow(Role.TREASURER, local_key=True)])
async def show_policy(territory: TerritoryCode, work: Transaction) -> ReminderPolicyView:
    """The policy that holds in a territory."""
    return await policy_of(work, territory)


@router.put("/reminder-policies/{territory}")
async def put_policy(
    territory: TerritoryCode,
    body: NewReminderPolicy,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> ReminderPolicyView:
    """Set the policy of a territory."""
    return await set_policy(
        work, territory, days=body.days, expiry_days=body.expiry_days, by=session.person_id
    )


@router.delete("/reminder-policies/{territory}", dependencies=[allow(Role.TREASURER)])
async def delete_policy(territory: TerritoryCode, work: Transaction) -> ReminderPolicyView:
    """Let the national policy hold there again."""
    return await use_national_policy(work, territory)
