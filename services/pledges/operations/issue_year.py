"""Issues all missing tax receipts of a year, of every organisation that may, in chunks that are committed each.

Stopped in the middle, it leaves receipts that hold and others that are missing: the next run issues those.
"""

from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.tax_receipt import NoRightToIssue
from services.pledges.operations.issue_receipts import check_year_over, issue_to
from services.pledges.operations.redo_receipts import redo_all_wrong_receipts
from services.pledges.queries.gifts import persons_after
from services.pledges.queries.receipt_issuers import issuers_on
from services.pledges.queries.receipt_totals import YearTotal, year_totals
from shared.database import Database

CHUNK = 1000
"""Donors in one transaction: round trips cost nothing then, and whoever else issues waits for a second at most."""


class IssuedYear(BaseModel):
    """What an issue did, or would do (`dry_run`), and where the year stands after it."""

    year: int
    dry_run: bool
    issued: int
    made_again: int
    totals: list[YearTotal]


async def issue_year(database: Database, *, year: int, by: UUID | None, dry_run: bool) -> IssuedYear:
    """Issue what is missing. Raises YearNotOver, NoRightToIssue."""
    async with database.begin() as work:
        check_year_over(year, work.now)
        if not await issuers_on(work):
            raise NoRightToIssue
    issued = made_again = 0
    if not dry_run:
        made_again = await redo_all_wrong_receipts(database)
        issued = await _issue_missing(database, year=year, by=by)
    async with database.begin() as work:
        totals = await year_totals(work, year)
    return IssuedYear(year=year, dry_run=dry_run, issued=issued, made_again=made_again, totals=totals)


async def _issue_missing(database: Database, *, year: int, by: UUID | None) -> int:
    issued, last = 0, None
    while True:
        async with database.begin() as work:
            persons = await persons_after(work, last, limit=CHUNK)
            if not persons:
                return issued
            for issuer in await issuers_on(work):
                issued += len(await issue_to(work, persons, issuer=issuer, year=year, by=by))
            last = persons[-1]
