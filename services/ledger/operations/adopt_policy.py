"""Adopts a local-currency share (Action 21): from a day on, for one territory or for all that have none."""

from datetime import date
from uuid import UUID

from services.ledger.domain.sharing import PolicyInThePast
from shared.database import Work
from shared.values import new_id
from shared.web.errors import UserError


async def adopt_policy(
    work: Work, *, territory: str, basis_points: int, effective_on: date, decision_reference: str, by: UUID
) -> UUID:
    """Record a policy with the decision that adopted it. Raises PolicyInThePast; one policy a day and territory."""
    if effective_on < work.today:
        raise PolicyInThePast(PolicyInThePast.__doc__)
    policy_id = new_id()
    inserted = await work.execute(
        "insert into local_currency_policies (policy_id, territory, basis_points, effective_on,"
        " decision_reference, adopted_by) values (:id, :territory, :points, :on, :decision, :by)"
        " on conflict (territory, effective_on) do nothing returning policy_id",
        id=policy_id,
        territory=territory,
        points=basis_points,
        on=effective_on,
        decision=decision_reference,
        by=by,
    )
    if inserted.first() is None:
        raise UserError(
            "Une politique prend déjà effet ce jour-là dans ce territoire : choisissez un autre jour.",
            status=409,
            code="policy_exists",
        )
    return policy_id
