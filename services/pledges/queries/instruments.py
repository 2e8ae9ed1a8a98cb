"""Instruments as they stand: what the file says, unless a treasurer decided otherwise; and what people would do."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.instruments import instruments
from shared.database import Work


class InstrumentView(BaseModel):
    """An instrument as anybody may see it. `reason`: why it is not authorised, null when it is."""

    code: str
    name: str
    description: str
    is_authorised: bool
    reason: str | None


class DecisionView(BaseModel):
    """A decision on an instrument, with its ground, for treasurers."""

    instrument: str
    is_authorised: bool
    ground: str
    decided_by: UUID
    decided_at: datetime


class IntentionView(BaseModel):
    """What the letters of intent for an instrument sum to, in cents."""

    instrument: str
    letters: int
    amount_minor: int


async def instruments_now(work: Work) -> list[InstrumentView]:
    """Every instrument, in the order of the file."""
    decisions = {decision.instrument: decision for decision in await _newest_decisions(work)}
    found = []
    for default in instruments().values():
        decision = decisions.get(default.code)
        is_authorised = decision.is_authorised if decision else default.is_authorised
        reason = decision.ground if decision else default.reason
        found.append(
            InstrumentView(
                code=default.code,
                name=default.name,
                description=default.description,
                is_authorised=is_authorised,
                reason=None if is_authorised else reason,
            )
        )
    return found


async def decisions_on_instruments(work: Work) -> list[DecisionView]:
    """Every decision, the newest first: they are few, and made by hand."""
    rows = await work.execute(
        "select instrument, is_authorised, ground, decided_by, decided_at from instrument_authorisations"
        " order by decided_at desc, authorisation_id desc"
    )
    return [DecisionView.model_validate(dict(row)) for row in rows.mappings()]


async def intentions(work: Work) -> dict[str, IntentionView]:
    """The letters of intent that stand, by instrument."""
    rows = await work.execute(
        """
        select instrument, count(*) as letters, sum(amount_minor)::bigint as amount_minor from pledges
        where commitment = 'letter_of_intent' and state not in ('expired', 'cancelled') group by instrument
        """
    )
    return {row["instrument"]: IntentionView.model_validate(dict(row)) for row in rows.mappings()}


async def _newest_decisions(work: Work) -> list[DecisionView]:
    rows = await work.execute(
        """
        select distinct on (instrument) instrument, is_authorised, ground, decided_by, decided_at
        from instrument_authorisations order by instrument, decided_at desc, authorisation_id desc
        """
    )
    return [DecisionView.model_validate(dict(row)) for row in rows.mappings()]
