"""Instruments and the text of signed commitments over HTTP: what there is, what is authorised, who decided it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.commitment_text import text_in_force
from services.pledges.operations.decide_instruments import decide_instrument
from services.pledges.queries.instruments import (
    DecisionView,
    InstrumentView,
    decisions_on_instruments,
    instruments_now,
)
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction

router = APIRouter(tags=["instruments"])


class InstrumentDecision(BaseModel):
    """Switch an instrument on or off. `ground`: the law or licence, or the reason that people read while it is off."""

    model_config = ConfigDict(extra="forbid")

    is_authorised: bool
    ground: Annotated[str, Field(max_length=2000)]


class CommitmentTextAnswer(BaseModel):
    """The text that is signed today, its version and the SHA-256 of its bytes in UTF-8."""

    version: int
    sha256: str
    text: str


@router.get("/instruments", dependencies=[anyone()])
async def list_instruments(work: Transaction) -> list[InstrumentView]:
    """With what one may pledge, and why not yet with the others."""
    return await instruments_now(work)


@router.get("/instruments/decisions", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_decisions(work: Transaction) -> list[DecisionView]:
    """Every decision on an instrument, the newest first."""
    return await decisions_on_instruments(work)


@router.post("/instruments/{code}/decisions", status_code=201)
async def decide(
    code: str, body: InstrumentDecision, work: Transaction, session: Session = allow(Role.TREASURER)
) -> list[InstrumentView]:
    """Switch an instrument on or off; every instrument as it stands then."""
    assert session.person_id
    await decide_instrument(
        work, code, is_authorised=body.is_authorised, ground=body.ground, by=session.person_id
    )
    return await instruments_now(work)


@router.get("/commitment-text", dependencies=[anyone()])
async def show_commitment_text() -> CommitmentTextAnswer:
    """The text of a signed commitment."""
    text = text_in_force()
    return CommitmentTextAnswer(version=text.version, sha256=text.sha256, text=text.text)
