"""The general ledger: for the treasurers and stewards of a territory, and of all for the national treasury.

One receipt's amount and day may point at a giver: it is nobody else's to read.
"""

from datetime import date
from functools import partial
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ledger.pages.days import MaybeDay, days_between
from services.ledger.pages.places import place_of
from services.ledger.queries.books_as_tables import write_ledger
from services.ledger.queries.chart import labels_of
from services.ledger.queries.general_ledger import Position, WantedAccount, ledger_page
from services.ledger.queries.period import balances_of_period
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import Territory
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile, csv_file
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")

SHOWN = 100


class Asked(NamedTuple):
    """An account, or none for a choice of all, over a period."""

    account: str | None
    currency: str
    first: date
    last: date

    @property
    def query(self) -> str:
        said = {"compte": self.account, "devise": self.currency, "du": self.first, "au": self.last}
        return urlencode({name: value for name, value in said.items() if value})


async def _asked(
    work: Transaction,
    compte: Annotated[str, Query(max_length=6)] = "",
    devise: Annotated[str, Query(pattern="^([A-Z]{3}|X-[A-Z0-9]{1,20})$")] = "EUR",
    du: MaybeDay = None,
    au: MaybeDay = None,
) -> Asked:
    if compte and compte not in await labels_of(work):
        raise UserError(
            "Ce compte n’est pas dans le plan de comptes : choisissez-le dans la liste.",
            status=404,
            code="unknown_account",
        )
    return Asked(compte or None, devise, *days_between(du, au))


AskedFor = Annotated[Asked, Depends(_asked)]
After = Annotated[
    str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9AB]{2,3}\.[0-9]{1,18}\.[0-9]{1,4}$")
]


@router.get("/comptes/grand-livre")
async def ledger_of_all(
    request: Request,
    work: Transaction,
    asked: AskedFor,
    apres: After = None,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """An account of all territories and of the national lane together, a page of its lines."""
    return await _page(request, work, asked, None, after=_position(apres), session=session)


@router.get("/comptes/grand-livre.csv", dependencies=[allow(Role.TREASURER)])
async def export_ledger_of_all(work: Transaction, asked: AskedFor) -> CsvFile:
    """The same as a table; every account where none is said."""
    return await _table(work, asked, None)


@router.get("/comptes/{territory}/grand-livre")
async def ledger_of_territory(
    request: Request,
    territory: str,
    work: Transaction,
    asked: AskedFor,
    apres: After = None,
    session: Session = allow(Role.TREASURER, Role.STEWARD),
) -> Response:
    """An account of a territory, a page of its lines."""
    return await _page(request, work, asked, place_of(territory), after=_position(apres), session=session)


@router.get("/comptes/{territory}/grand-livre.csv", dependencies=[allow(Role.TREASURER, Role.STEWARD)])
async def export_ledger_of_territory(territory: str, work: Transaction, asked: AskedFor) -> CsvFile:
    """The same as a table; every account where none is said."""
    return await _table(work, asked, place_of(territory))


async def _page(
    request: Request,
    work: Work,
    asked: Asked,
    place: Territory | None,
    *,
    after: Position | None,
    session: Session,
) -> Response:
    code = place.code if place else None
    found = rows = None
    names = await labels_of(work)
    if asked.account:
        wanted = WantedAccount(asked.account, asked.currency, asked.first, asked.last, code)
        found = await ledger_page(work, wanted, after=after, at_most=SHOWN)
    else:
        rows = await balances_of_period(work, first=asked.first, last=asked.last, territory=code)
    return templates.render(
        request,
        "general_ledger.html",
        headers={"Cache-Control": "no-store"},
        place=place,
        asked=asked,
        found=found,
        rows=rows,
        names=names,
        choices=[(account, f"{account} {name}") for account, name in names.items()],
        is_first=after is None,
        next_after=".".join(map(str, found.next_after)) if found and found.next_after else None,
        may_correct=place is not None and session.holds([Role.TREASURER], place.code),
    )


async def _table(work: Work, asked: Asked, place: Territory | None) -> CsvFile:
    parts = ["grand-livre", place.code if place else None, asked.account, asked.first, asked.last]
    return await csv_file(
        partial(
            write_ledger,
            work,
            first=asked.first,
            last=asked.last,
            territory=place.code if place else None,
            account=asked.account,
        ),
        name=f"{'-'.join(str(part) for part in parts if part)}.csv",
    )


def _position(text: str | None) -> Position | None:
    """Where a page begins, as the address of the page before it says. Raises UserError."""
    if text is None:
        return None
    day, territory, seq, line = text.split(".")
    try:
        return Position(date.fromisoformat(day), territory, int(seq), int(line))
    except ValueError:
        raise UserError(
            "Cette page n’existe pas : reprenez le compte à son début.", status=422, code="no_such_page"
        ) from None
