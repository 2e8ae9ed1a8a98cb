"""Reads of pledges."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.payer import PayerKind
from services.pledges.domain.pledge import Pledge, PledgeState
from services.pledges.domain.references import printed
from services.pledges.domain.schedule import Kind
from shared.database import Work


class PledgeView(BaseModel):
    """A pledge as whoever knows its id may see it. `person_id` is shown to those who are no members only:
    it lets them leave an address. `payer_name` is an organisation's, never a person's. `due_on` is the last due date;
    `released_minor` is promised no longer."""

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
    payer_kind: PayerKind
    payer_name: str | None
    instrument: str
    commitment: Commitment
    schedule: Kind
    due_on: date | None
    released_minor: int

    @property
    def in_force_minor(self) -> int:
        """What of it counts as promised."""
        return self.amount_minor - self.released_minor

    @property
    def reference_printed(self) -> str:
        return printed(self.reference)

    @property
    def kept_minor(self) -> int:
        return self.received_minor - self.returned_minor

    @property
    def missing_minor(self) -> int:
        return max(0, self.amount_minor - self.kept_minor)


PLEDGES_WITHOUT_PERSON = """
    select pledge_id, cast(null as uuid) as person_id, territory, fund, amount_minor, currency, reference, state,
        received_minor, returned_minor, made_at, payer_kind, payers.name as payer_name, instrument, commitment,
        schedule, due_on, released_minor
    from pledges left join payers using (territory, pledge_id)
"""
"""Rows of `PledgeView` for treasurers, who do not leave an address in somebody's name."""


async def pledge_by_id(work: Work, pledge_id: UUID) -> PledgeView | None:
    found = await work.execute(
        """
        select pledge_id, case when by_member then null else person_id end as person_id, territory, fund,
            amount_minor, currency, reference, state, received_minor, returned_minor, made_at, payer_kind,
            payers.name as payer_name, instrument, commitment,
        schedule, due_on, released_minor
        from pledges left join payers using (territory, pledge_id) where pledge_id = :id
        """,
        id=pledge_id,
    )
    row = found.mappings().first()
    return PledgeView.model_validate(dict(row)) if row else None


async def pledge_with_key(work: Work, idempotency_hash: str) -> Pledge | None:
    """The pledge that was made with an idempotency key before."""
    found = await work.execute(
        """
        select pledge_id, person_id, territory, fund, amount_minor, reference, instrument
        from pledges where idempotency_hash = :hash
        """,
        hash=idempotency_hash,
    )
    row = found.mappings().first()
    return Pledge(**row) if row else None
