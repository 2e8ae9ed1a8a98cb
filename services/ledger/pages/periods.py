"""The books of a period: the trial balance with its movements, and what resources were used for."""

from datetime import date

from fastapi import APIRouter, Request, Response

from services.ledger.domain.chart import NOT_BY_TERRITORY
from services.ledger.formats.tables import csv_table
from services.ledger.pages.days import days_between
from services.ledger.pages.places import place_of
from services.ledger.queries.chart import labels_of
from services.ledger.queries.period import PeriodBalance, balances_of_period, resources_and_uses
from shared.database import Work
from shared.identity import Role, Session, anyone
from shared.runtime import Transaction
from shared.values import Territory, today_in_france
from shared.web.kept_files import CsvFile
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/balance")
async def trial_balance_of_period(
    request: Request,
    work: Transaction,
    du: date | None = None,
    au: date | None = None,
    territoire: str = "",
    session: Session = anyone(),
) -> Response:
    """Opening, debits, credits and closing of each account; of this year where no days are said."""
    first, last = days_between(du, au)
    place = place_of(territoire) if territoire else None
    is_whole = _sees_all(place, session)
    return templates.render(
        request,
        "period.html",
        headers={"Cache-Control": "no-store"} if place and is_whole else None,
        place=place,
        is_whole=is_whole,
        first=first,
        last=last,
        rows=await _balances(work, first, last, place, is_whole=is_whole),
        names=await labels_of(work),
    )


@router.get("/comptes/balance.csv")
async def export_trial_balance(
    work: Transaction,
    du: date | None = None,
    au: date | None = None,
    territoire: str = "",
    session: Session = anyone(),
) -> Response:
    """The same as a table: semicolons, amounts in minor units (cents, francs) of the line's currency."""
    first, last = days_between(du, au)
    place = place_of(territoire) if territoire else None
    rows = await _balances(work, first, last, place, is_whole=_sees_all(place, session))
    labels = await labels_of(work)
    table = csv_table(
        ["Compte", "Intitulé", "Devise", "Ouverture", "Débit", "Crédit", "Clôture"],
        ([row.account, labels[row.account], *row[1:], row.closing_minor] for row in rows),
    )
    name = f"balance-{first}-{last}{'-' + place.code if place else ''}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return CsvFile(iter([table]), headers=headers)


@router.get("/comptes/emploi", dependencies=[anyone()])
async def uses_of_resources(request: Request, work: Transaction, annee: int | None = None) -> Response:
    """What came in and what it was used for in a year."""
    year = annee if annee and 2000 <= annee <= 2099 else today_in_france().year
    return templates.render(request, "uses.html", found=await resources_and_uses(work, year=year))


def _sees_all(place: Territory | None, session: Session) -> bool:
    return place is None or session.holds((Role.TREASURER, Role.STEWARD), place.code)


async def _balances(
    work: Work, first: date, last: date, place: Territory | None, *, is_whole: bool
) -> list[PeriodBalance]:
    return await balances_of_period(
        work,
        first=first,
        last=last,
        territory=place.code if place else None,
        without=() if is_whole else NOT_BY_TERRITORY,
    )
