"""Sets when a territory reminds, or lets the national policy hold there again. It counts from the next round on."""

from collections.abc import Iterable
from uuid import UUID

import structlog

from services.pledges.domain.reminder_policy import reminder_policy
from services.pledges.queries.reminder_policies import ReminderPolicyView, policy_of
from services.pledges.repository.reminder_policies import drop_policy, save_policy
from shared.database import Work
from shared.values import NATIONAL
from shared.web.errors import UserError

log = structlog.get_logger(__name__)


async def set_policy(
    work: Work, territory: str, *, days: Iterable[int], expiry_days: int, by: UUID | None
) -> ReminderPolicyView:
    """The policy as set; the same again changes nothing. Raises PolicyRefused."""
    policy = reminder_policy(days, expiry_days)
    held = await policy_of(work, territory)
    if held.is_own and held.policy == policy:
        return held
    await save_policy(work, territory, policy, set_by=by)
    log.info("reminder_policy_set", territory=territory, days=policy.days, expiry_days=policy.expiry_days)
    return await policy_of(work, territory)


async def use_national_policy(work: Work, territory: str) -> ReminderPolicyView:
    """The national policy, which holds there from now on. Raises UserError for the national one itself."""
    if territory == NATIONAL:
        raise UserError(
            "Les jours nationaux valent partout où rien d’autre n’est choisi : changez-les plutôt.",
            status=422,
            code="national_policy_needed",
        )
    await drop_policy(work, territory)
    log.info("reminder_policy_dropped", territory=territory)
    return await policy_of(work, territory)
