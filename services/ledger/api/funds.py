"""Funds and their rules: read by anybody, adopted by national operators on an assembly's decision."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.ledger.domain.chart import RECEIVED
from services.ledger.domain.funds import FundRules
from services.ledger.operations import fund_rules
from services.ledger.queries.funds import funds_of
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.values import new_id, today_in_france

router = APIRouter(tags=["ledger"])

FundCode = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{1,39}$")]
LARGEST_MINOR = 100_000_000_000_000
"""A thousand times the billion: beyond, a number is a slip."""


class NewFund(BaseModel):
    """A fund: its code in postings, its name, and what it is for in a sentence."""

    model_config = ConfigDict(extra="forbid")

    code: FundCode
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80)]
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=300)]


class NewRules(BaseModel):
    """Rules that an assembly adopted, from a day on; what is not said is not limited. Amounts are in cents."""

    model_config = ConfigDict(extra="forbid")

    effective_on: date
    decision_reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
    families: Annotated[list[Literal["grant", "investment"]], Field(max_length=2)]
    instruments: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = list(RECEIVED)
    largest_disbursement_minor: Annotated[int | None, Field(ge=1, le=LARGEST_MINOR)] = None
    largest_share_basis_points: Annotated[int | None, Field(ge=1, le=10_000)] = None
    opens_on: date | None = None
    closes_on: date | None = None


class RulesView(BaseModel):
    """Rules as anybody may see them."""

    model_config = ConfigDict(from_attributes=True)

    effective_on: date
    decision_reference: str
    families: list[str]
    instruments: list[str]
    largest_disbursement_minor: int | None
    largest_share_basis_points: int | None
    opens_on: date | None
    closes_on: date | None


class FundView(BaseModel):
    """A fund with its rules in force and those to come, and its figures over all territories, in cents of a euro."""

    code: str
    name: str
    purpose: str
    rules: RulesView | None
    coming: list[RulesView]
    received_minor: int
    envelope_minor: int
    reserved_minor: int
    committed_minor: int
    disbursed_minor: int


@router.get("/funds", dependencies=[anyone()])
async def list_funds(work: Transaction) -> list[FundView]:
    """Every fund, in the order of their codes."""
    return [
        FundView(
            code=sheet.code,
            name=sheet.name,
            purpose=sheet.purpose,
            rules=RulesView.model_validate(sheet.rules) if sheet.rules else None,
            coming=[RulesView.model_validate(one) for one in sheet.coming],
            **sheet.figures._asdict(),
        )
        for sheet in await funds_of(work, on=today_in_france())
    ]


@router.post("/funds", status_code=201)
async def add_fund(
    body: NewFund, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> dict[str, str]:
    """Add a fund; it gives nothing until it has rules."""
    assert session.person_id
    await fund_rules.add_fund(
        work, code=body.code, name=body.name, purpose=body.purpose, by=session.person_id
    )
    return {"code": body.code}


@router.post("/funds/{fund}/rules", status_code=201)
async def adopt_rules(
    fund: FundCode, body: NewRules, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> dict[str, UUID]:
    """Adopt the rules of a fund from a day on."""
    assert session.person_id
    said = body.model_dump(exclude={"families", "instruments"})
    rules = FundRules(
        rules_id=new_id(),
        fund=fund,
        families=tuple(sorted(set(body.families))),
        instruments=tuple(sorted(set(body.instruments))),
        **said,
    )
    await fund_rules.adopt_rules(work, rules, by=session.person_id)
    return {"rules_id": rules.rules_id}
