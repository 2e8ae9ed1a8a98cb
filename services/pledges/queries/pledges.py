"""Reads of pledges."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.pledge import Pledge, PledgeState
from services.pledges.domain.references import printed
from shared.database import Work


class PledgeView(BaseModel):
    """A pledge as whoever knows its id may see it. `person_id` is shown to those who are no members only:
    it lets them leave an address."""

    pledge_id: UUID
    person_id: UUID | None
    territory: str
    fund: str
    amount_minor: int
    currency: str
    reference: str
    state: PledgeState
    received_minor: int
    returned_minor: int
    made_at: datetime

    @property
    def reference_printed(self) -> str:
        return printed(self.reference)

    @property
    def kept_minor(self) -> int:
        return self.received_minor - self.returned_minor

    @property
    def missing_minor(self) -> int:
        return max(0, self.amount_minor - self.kept_minor)


async def pledge_by_id(work: Work, pledge_id: UUID) -> PledgeView | None:
    found = await work.execute(
        """
        select pledge_id, case when by_member then null else person_id end as person_id, territory, fund,
            amount_minor, currency, reference, state, received_minor, returned_minor, made_at
        from pledges where pledge_id = :id
        """,
        id=pledge_id,
    )
    row = found.mappings().first()
    return PledgeView.model_validate(dict(row)) if row else None


async def pledge_with_key(work: Work, idempotency_hash: str) -> Pledge | None:
    """The pledge that was made with an idempotency key before."""
    found = await work.execute(
        """
        select pledge_id, person_id, territory, fund, amount_minor, reference
        from pledges where idempotency_hash = :hash
        """,
        hash=idempotency_hash,
    )
    row = found.mappings().first()
    return Pledge(**row) if row else None
