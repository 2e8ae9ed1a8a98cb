"""The books: policies, closings, the proof of the bank, the journal."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.ledger.operations.adopt_policy import adopt_policy
from services.ledger.operations.close_period import close_period
from services.ledger.queries.bank_proof import BankProof, bank_proof
from services.ledger.queries.entries import entries_of
from services.ledger.queries.statements import statement_posting
from services.ledger.repository.closings import all_closings
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(tags=["ledger"])


class PolicyAdopted(BaseModel):
    """A local-currency share that an assembly adopted."""

    territory: TerritoryCode
    basis_points: Annotated[int, Field(ge=0, le=10_000)]
    effective_on: date
    decision_reference: Annotated[str, Field(min_length=3, max_length=200)]


class NewClosing(BaseModel):
    """Close the books up to a day, this day included, by a decision."""

    model_config = ConfigDict(extra="forbid")

    through: date
    decision_reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class ClosingView(BaseModel):
    """A closing as anybody may see it."""

    model_config = ConfigDict(from_attributes=True)

    closing_id: UUID
    closed_through: date
    decision_reference: str
    closed_at: datetime


@router.post("/policies", status_code=201)
async def adopt_share(
    body: PolicyAdopted, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> dict[str, str]:
    """Adopt a local-currency share from a day on."""
    assert session.person_id
    policy_id = await adopt_policy(work, by=session.person_id, **body.model_dump())
    return {"policy_id": str(policy_id)}


@router.get("/closings", dependencies=[anyone()])
async def list_closings(work: Transaction) -> list[ClosingView]:
    """Every closing of the books, the newest first."""
    return [ClosingView.model_validate(one) for one in await all_closings(work)]


@router.post("/closings", status_code=201)
async def close(body: NewClosing, work: Transaction, session: Session = allow(Role.TREASURER)) -> ClosingView:
    """Close the books up to a day, for good. The same again changes nothing."""
    assert session.person_id
    closing = await close_period(
        work, through=body.through, decision_reference=body.decision_reference, by=session.person_id
    )
    return ClosingView.model_validate(closing)


@router.get("/bank-proof", dependencies=[anyone()])
async def read_bank_proof(work: Transaction) -> BankProof:
    """Whether the books hold at the bank what its statements say, and what is not proved yet."""
    return await bank_proof(work)


@router.get("/statements/{statement_id}", dependencies=[allow(Role.TREASURER, local_key=True)])
async def follow_statement(statement_id: UUID, work: Transaction) -> dict[str, Any]:
    """How many lines of a statement are posted."""
    found = await statement_posting(work, statement_id)
    if found is None:
        raise UserError(
            "Le grand livre n’a encore rien reçu de ce relevé : réessayez dans un instant.",
            status=404,
            code="unknown_statement",
        )
    return found


@router.get("/{territory}/entries", dependencies=[allow(Role.TREASURER, Role.STEWARD, local_key=True)])
async def list_entries(
    territory: TerritoryCode,
    work: Transaction,
    before: int | None = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
) -> list[dict[str, Any]]:
    """A page of the territory's journal, the newest first."""
    return await entries_of(work, territory, before=before, at_most=limit)
