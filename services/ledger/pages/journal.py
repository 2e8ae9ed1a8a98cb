"""The journal: of a territory for its treasurers and stewards; of all, as a table, for the national treasury."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator

from services.ledger.domain.chart import JOURNAL_NAMES, Journal
from services.ledger.pages.days import MaybeDay
from services.ledger.pages.places import place_of
from services.ledger.queries.books_as_tables import write_journal
from services.ledger.queries.chart import labels_of
from services.ledger.queries.corrections import corrections_of
from services.ledger.queries.entries import OfJournal, entries_of
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import Territory
from shared.web.kept_files import CsvFile, csv_file
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")

SHOWN = 50


def _wanted(
    journal: Annotated[Journal | None, BeforeValidator(lambda code: code or None)] = None,
    du: MaybeDay = None,
    au: MaybeDay = None,
) -> OfJournal:
    return OfJournal(journal, du, au)


Wanted = Annotated[OfJournal, Depends(_wanted)]


@router.get("/comptes/journal.csv", dependencies=[allow(Role.TREASURER)])
async def export_journal_of_all(work: Transaction, of: Wanted) -> CsvFile:
    """The journal of all territories and of the national lane, a row for each line."""
    return await _table(work, of, place=None)


@router.get("/comptes/{territory}/journal")
async def journal(
    request: Request,
    territory: str,
    work: Transaction,
    of: Wanted,
    avant: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    session: Session = allow(Role.TREASURER, Role.STEWARD),
) -> Response:
    """A page of the journal, the newest entries first, and the corrections."""
    place = place_of(territory)
    entries = await entries_of(work, place.code, before=avant, at_most=SHOWN, of=of)
    return templates.render(
        request,
        "journal.html",
        place=place,
        entries=entries,
        names=await labels_of(work),
        journals=JOURNAL_NAMES,
        of=of,
        query=_query(of),
        corrections=await corrections_of(work, place.code),
        next_before=entries[-1]["seq"] if len(entries) == SHOWN else None,
        me=session.person_id,
        may_correct=session.holds([Role.TREASURER], place.code),
    )


@router.get("/comptes/{territory}/journal.csv", dependencies=[allow(Role.TREASURER, Role.STEWARD)])
async def export_journal(territory: str, work: Transaction, of: Wanted) -> CsvFile:
    """The journal of a territory, a row for each line: the same entries as on its page."""
    return await _table(work, of, place=place_of(territory))


def _query(of: OfJournal) -> str:
    """What is asked for, as an address has it."""
    said = {"journal": of.journal, "du": of.first, "au": of.last}
    return urlencode({name: value for name, value in said.items() if value})


async def _table(work: Work, of: OfJournal, *, place: Territory | None) -> CsvFile:
    parts = ["journal", place.code if place else None, of.journal, of.first, of.last]
    return await csv_file(
        partial(
            write_journal,
            work,
            first=of.first,
            last=of.last,
            territory=place.code if place else None,
            journal=of.journal,
        ),
        name=f"{'-'.join(str(part) for part in parts if part)}.csv",
    )
