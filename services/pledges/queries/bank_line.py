"""One bank line with everything that explains it: what was read in it, what became of it, which pledges come near."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.allocation import ALLOCATION_SENTENCES, AllocatedBy
from services.pledges.domain.matching import FoundIn, candidate_references
from services.pledges.domain.references import near_misses, printed
from services.pledges.queries.bank import BankLineView
from services.pledges.queries.finding_pledges import Wanted, find_pledges
from services.pledges.queries.pledges import PLEDGES_WITHOUT_PERSON, PledgeView
from services.pledges.repository.repayments import expected_repayments
from shared.database import Work

MOST_NEAR = 20
"""Pledges that a person compares with a line at one sight."""

MOST_ALLOCATIONS = 200
"""Allocations in one answer; the parts of a sum that has more are leafed through with its details."""

PLACES = {
    FoundIn.STRUCTURED_REFERENCE: "dans la zone prévue",
    FoundIn.FREE_TEXT: "dans le libellé",
    FoundIn.END_TO_END_ID: "dans l’identifiant de bout en bout",
}


class ReadReference(BaseModel):
    """A valid reference that the line bears: where, and whether a pledge, or an investment to be paid back, has it."""

    reference: str
    found_in: FoundIn
    is_known: bool
    pays_back: bool = False

    @property
    def sentence(self) -> str:
        known = "une promesse la porte" if self.is_known else "aucune promesse ne la porte"
        if self.pays_back:
            known = "c’est celle d’un investissement à rembourser"
        return f"{printed(self.reference)}, lue {PLACES[self.found_in]} : {known}."


class AllocationView(BaseModel):
    """What a pledge got of the line, and whether that is being, or was, undone."""

    allocation_id: UUID
    territory: str
    pledge_id: UUID
    reference: str
    amount_minor: int
    returned_minor: int
    matched_by: AllocatedBy
    note: str | None
    made_by: UUID | None
    made_at: datetime
    undo_asked_by: UUID | None
    undo_asked_at: datetime | None
    undo_reason: str | None
    undone_by: UUID | None
    undone_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def explanation(self) -> str:
        return ALLOCATION_SENTENCES[self.matched_by]

    @property
    def reference_printed(self) -> str:
        return printed(self.reference)


class ExplainedLine(BaseModel):
    """A line, the references read in it, its allocations, and pledges that it may be meant for: never a decision."""

    line: BankLineView
    bank_statement_id: str
    references: list[ReadReference]
    allocations: list[AllocationView]
    mistyped: list[PledgeView]
    same_amount: list[PledgeView]


async def explain_line(work: Work, line_id: UUID) -> ExplainedLine | None:
    """Everything that is known of a line; None when there is no such line."""
    found = await work.execute(
        "select bank_lines.*, bank_statement_id from bank_lines join statements using (statement_id)"
        " where line_id = :id",
        id=line_id,
    )
    row = found.mappings().one_or_none()
    if row is None:
        return None
    line = BankLineView.model_validate(dict(row))
    waits = line.waiting_minor > 0 and line.direction == "credit"
    return ExplainedLine(
        line=line,
        bank_statement_id=row["bank_statement_id"],
        references=await _references_read(work, line),
        allocations=await _allocations(work, line_id),
        mistyped=await _mistyped(work, line) if waits else [],
        same_amount=(await find_pledges(work, Wanted(amount_minor=line.waiting_minor))).pledges[:MOST_NEAR]
        if waits
        else [],
    )


async def _references_read(work: Work, line: BankLineView) -> list[ReadReference]:
    read = candidate_references(line)
    known = {pledge.reference for pledge in await pledges_bearing(work, [one.reference for one in read])}
    repaying = {
        one.reference for one in await expected_repayments(work, references=[one.reference for one in read])
    }
    return [
        ReadReference(
            reference=one.reference,
            found_in=one.found_in,
            is_known=one.reference in known,
            pays_back=one.reference in repaying,
        )
        for one in read
    ]


async def _mistyped(work: Work, line: BankLineView) -> list[PledgeView]:
    texts = (line.structured_reference, line.remittance_text, line.end_to_end_id)
    near = [reference for text in texts if text for reference in near_misses(text)]
    return (await pledges_bearing(work, near))[:MOST_NEAR]


async def pledges_bearing(work: Work, references: list[str]) -> list[PledgeView]:
    """The pledges with one of these references, the newest first; not who made them."""
    if not references:
        return []
    found = await work.execute(
        f"{PLEDGES_WITHOUT_PERSON} where reference = any(cast(:references as text[])) order by made_at desc",
        references=references,
    )
    return [PledgeView.model_validate(dict(row)) for row in found.mappings()]


async def _allocations(work: Work, line_id: UUID) -> list[AllocationView]:
    found: Any = await work.execute(
        """
        select allocations.*, reference from allocations join pledges using (pledge_id)
        where line_id = :id
        order by undo_asked_at is null or undone_at is not null, made_at, allocation_id limit :limit
        """,
        id=line_id,
        limit=MOST_ALLOCATIONS,
    )
    return [AllocationView.model_validate(dict(row)) for row in found.mappings()]
