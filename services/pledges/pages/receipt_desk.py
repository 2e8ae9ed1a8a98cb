"""The desk of tax receipts: what a year still misses, issuing it, its totals, its receipts, what is to make again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.tax_receipt import ReceiptNotFound
from services.pledges.operations.cancel_receipts import cancel_mistaken_receipt
from services.pledges.operations.issue_year import issue_year
from services.pledges.queries.receipt_issuers import all_issuers
from services.pledges.queries.receipt_totals import AUDIT_ABOVE_MINOR, year_totals
from services.pledges.queries.tax_receipts import (
    PAGE_RECEIPTS,
    receipt_by_id,
    receipts_of_year,
    wrong_receipts,
)
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store"}
YEARS_KEPT = 7
"""The six years that receipts are kept, and the one that goes on."""

AskedYear = Annotated[int | None, Query(ge=2000, le=2099)]
Count = Annotated[int | None, Query(ge=0, le=10**9)]


@router.get("/banque/recus", dependencies=[allow(Role.TREASURER)])
async def show_desk(
    request: Request,
    work: Transaction,
    annee: AskedYear = None,
    apres: Count = None,
    emis: Count = None,
    refaits: Count = None,
) -> Response:
    """A year, the last one that is over when none is asked for."""
    this_year = work.today.year
    year = annee or this_year - 1
    receipts = await receipts_of_year(work, year, after=apres or 0)
    last_number = int(receipts[-1].number.rpartition("-")[2]) if receipts else 0
    return templates.render(
        request,
        "receipt_desk.html",
        headers=PRIVATE,
        year=year,
        years=range(this_year, this_year - YEARS_KEPT, -1),
        is_over=year < this_year,
        issuers=await all_issuers(work),
        totals=await year_totals(work, year),
        audit_above_minor=AUDIT_ABOVE_MINOR,
        wrong=await wrong_receipts(work),
        receipts=receipts,
        next_href=f"?annee={year}&apres={last_number}" if len(receipts) == PAGE_RECEIPTS else "",
        issued=emis,
        made_again=refaits or 0,
    )


@router.post("/banque/recus/emission")
async def issue(
    request: Request,
    year: Annotated[int, Form(ge=2000, le=2099)],
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Issue the missing receipts of a year."""
    done = await issue_year(request.app.state.database, year=year, by=session.person_id, dry_run=False)
    return RedirectResponse(
        f"/banque/recus?annee={year}&emis={done.issued}&refaits={done.made_again}", status_code=303
    )


@router.get("/banque/recus/{receipt_id}/annulation", dependencies=[allow(Role.TREASURER)])
async def show_cancellation(receipt_id: UUID, request: Request, work: Transaction) -> Response:
    """What cancelling a receipt means, before it is done: there is no way back."""
    receipt = await receipt_by_id(work, receipt_id)
    if receipt is None:
        raise ReceiptNotFound
    return templates.render(request, "receipt_cancellation.html", headers=PRIVATE, receipt=receipt)


@router.post("/banque/recus/{receipt_id}/annulation")
async def cancel(receipt_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)) -> Response:
    """Cancel a receipt that says something wrong."""
    assert session.person_id is not None
    cancelled = await cancel_mistaken_receipt(work, receipt_id, by=session.person_id)
    return RedirectResponse(f"/banque/recus?annee={cancelled.year}", status_code=303)
