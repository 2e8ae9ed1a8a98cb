"""Corrections: what is to stand in place of an entry, ordered by a treasurer and confirmed by another."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.api.disbursements import Confirmation
from services.ledger.domain.entries import Line
from services.ledger.operations import correct
from services.ledger.queries.corrections import corrections_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])

Seq = Annotated[int, Field(ge=1, le=2**62)]
LARGEST_MINOR = 100_000_000_000_000
"""A thousand times the billion: beyond, a number is a slip."""


class CorrectedLine(BaseModel):
    """A line: in minor units, a debit above zero, a credit below."""

    model_config = ConfigDict(extra="forbid")

    account: Annotated[str, Field(pattern="^[1-8][0-9]{2}[0-9A-Z]{3}$")]
    amount_minor: Annotated[int, Field(ge=-LARGEST_MINOR, le=LARGEST_MINOR, strict=True)]
    fund: Annotated[str, Field(min_length=1, max_length=60)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    instrument: Annotated[str, Field(min_length=1, max_length=40)] = "gift"


class NewCorrection(BaseModel):
    """All lines that are to stand in place of the entry's, and what was wrong (without anybody's name)."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[CorrectedLine], Field(min_length=2, max_length=20)]
    reason: Annotated[str, Field(max_length=2000)]


@router.get("/{territory}/corrections", dependencies=[allow(Role.TREASURER, Role.STEWARD)])
async def list_corrections(territory: TerritoryCode, work: Transaction) -> list[dict[str, Any]]:
    """The territory's corrections, the newest first."""
    return await corrections_of(work, territory)


@router.post("/{territory}/entries/{seq}/correction", status_code=201)
async def order_correction(
    territory: TerritoryCode,
    seq: Seq,
    body: NewCorrection,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Order a correction; answers with the hash that a second treasurer confirms."""
    assert session.person_id
    lines = [Line(**line.model_dump()) for line in body.lines]
    ordered = await correct.order_correction(
        work, territory=territory, seq=seq, lines=lines, reason=body.reason, by=session.person_id
    )
    return {"correction_id": str(ordered.correction_id), "order_hash": ordered.order_hash}


@router.post("/{territory}/corrections/{correction_id}/confirmation")
async def confirm_correction(
    territory: TerritoryCode,
    correction_id: UUID,
    body: Confirmation,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Confirm a correction by its hash; the contra-entry and what is right are posted."""
    assert session.person_id
    confirmed = await correct.confirm_correction(
        work,
        territory=territory,
        correction_id=correction_id,
        by=session.person_id,
        order_hash=body.order_hash,
    )
    return {"state": confirmed.state}


@router.post("/{territory}/corrections/{correction_id}/cancellation")
async def cancel_correction(
    territory: TerritoryCode,
    correction_id: UUID,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> dict[str, str]:
    """Give a correction up before its confirmation."""
    assert session.person_id
    cancelled = await correct.cancel_correction(
        work, territory=territory, correction_id=correction_id, by=session.person_id
    )
    return {"state": cancelled.state}
