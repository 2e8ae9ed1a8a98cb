"""Tax receipts over HTTP: issue those of a year, list, cancel, total them; and for everybody: is this one genuine?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.operations.cancel_receipts import cancel_mistaken_receipt
from services.pledges.operations.issue_year import IssuedYear, issue_year
from services.pledges.operations.verify_receipt import Verification, verify_receipt
from services.pledges.queries.receipt_totals import YearTotal, year_totals
from services.pledges.queries.tax_receipts import (
    TaxReceiptView,
    WrongReceipt,
    receipts_of_year,
    wrong_receipts,
)
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction

router = APIRouter(tags=["reçus fiscaux"])
Year = Annotated[int, Field(ge=2000, le=2099, strict=True)]
AskedYear = Annotated[int, Query(ge=2000, le=2099, description="L’année des dons")]


class YearToIssue(BaseModel):
    """The year of the gifts. `dry_run`: say what would be issued, and issue nothing."""

    model_config = ConfigDict(extra="forbid")

    year: Year
    dry_run: bool = False


class HeldReceipt(BaseModel):
    """What somebody reads on a receipt: its number and its control code, and the last name to compare it too."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[str, Field(max_length=20)]
    code: Annotated[str, Field(max_length=60)]
    last_name: Annotated[str, Field(max_length=80)] = ""


@router.post("/tax-receipts/issues")
async def issue_receipts(
    body: YearToIssue,
    request: Request,
    response: Response,
    session: Session = allow(Role.TREASURER, local_key=True),
) -> IssuedYear:
    """Issue every missing receipt of a year that is over; again, it issues what is missing since."""
    issued = await issue_year(
        request.app.state.database, year=body.year, by=session.person_id, dry_run=body.dry_run
    )
    response.headers["Cache-Control"] = "no-store"
    return issued


@router.get("/tax-receipts", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_receipts(
    year: AskedYear, work: Transaction, response: Response, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> list[TaxReceiptView]:
    """The receipts of a year in the order of their numbers, those above `after`."""
    response.headers["Cache-Control"] = "no-store"
    return await receipts_of_year(work, year, after=after)


@router.get("/tax-receipts/wrong", dependencies=[allow(Role.TREASURER, local_key=True)])
async def list_wrong_receipts(work: Transaction) -> list[WrongReceipt]:
    """Receipts of which a payment was given back since, or counted by mistake: most wait for some seconds only."""
    return await wrong_receipts(work)


@router.get("/tax-receipts/totals", dependencies=[allow(Role.TREASURER, local_key=True)])
async def total_receipts(year: AskedYear, work: Transaction) -> list[YearTotal]:
    """How many receipts and for how much, by organisation: what article 222 bis of the CGI has declared each year."""
    return await year_totals(work, year)


@router.post("/tax-receipts/verifications", dependencies=[anyone()])
async def verify(body: HeldReceipt, work: Transaction, response: Response) -> Verification:
    """Whether a receipt is genuine, cancelled or unknown. Its code cannot be guessed, and no name is answered."""
    response.headers["Cache-Control"] = "no-store"
    return await verify_receipt(work, number=body.number, code=body.code, last_name=body.last_name)


@router.post("/tax-receipts/{receipt_id}/cancellation")
async def cancel_receipt(
    receipt_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> TaxReceiptView:
    """Cancel a receipt that says something wrong: it keeps its number, and its gifts wait for another one."""
    assert session.person_id is not None  # the local key may not: a person answers for it
    return await cancel_mistaken_receipt(work, receipt_id, by=session.person_id)
