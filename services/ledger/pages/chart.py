"""The chart of accounts: read by anybody, written by the national treasury, one account at a time."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.domain.chart import ACCOUNTS, Account
from services.ledger.domain.chart_check import ChartRefused
from services.ledger.formats.chart_file import chart_table
from services.ledger.operations.change_chart import change_account
from services.ledger.queries.chart import KeptAccount, changes_of_chart, chart_of
from shared.database import Work
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")

Words = Annotated[str, Form(max_length=2000)]


@router.get("/comptes/plan")
async def show_chart(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    """Every account and what its balance says; who keeps the national desk adds one."""
    return await _chart(request, work, session, values={}, errors={})


@router.get("/comptes/plan.csv", dependencies=[anyone()])
async def export_chart(work: Transaction) -> Response:
    """The same as a table, which `milliard ledger chart check` reads."""
    table = chart_table(kept.account for kept in await chart_of(work))
    headers = {"Content-Disposition": 'attachment; filename="plan.csv"', "Cache-Control": "no-store"}
    return CsvFile(iter([table]), headers=headers)


@router.post("/comptes/plan")
async def open_account(
    request: Request,
    work: Transaction,
    number: Words = "",
    label: Words = "",
    meaning: Words = "",
    reason: Words = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Add an account."""
    assert session.person_id
    values = {"number": number, "label": label, "meaning": meaning, "reason": reason}
    account = Account(number.strip().upper(), label.strip(), meaning.strip())
    errors = {}
    if any(kept.number == account.number for kept in await chart_of(work)):
        errors["number"] = (
            "Ce compte est déjà au plan : changez-le sur sa page, ou choisissez un autre numéro."
        )
    else:
        errors = await _refusals(work, account, reason=reason, session=session)
    if errors:
        return await _chart(request, work, session, values=values, errors=errors)
    return RedirectResponse(f"/comptes/plan#compte-{account.number}", status_code=303)


@router.get("/comptes/plan/{number}", dependencies=[allow(Role.TREASURER)])
async def show_account(request: Request, number: str, work: Transaction) -> Response:
    """One account, and the form to change it."""
    kept = await _found(work, number)
    values = {
        "label": kept.label,
        "meaning": kept.meaning,
        "state": "open" if kept.account.is_open else "closed",
    }
    return _account(request, kept, values=values, errors={})


@router.post("/comptes/plan/{number}")
async def change(
    request: Request,
    number: str,
    work: Transaction,
    label: Words = "",
    meaning: Words = "",
    state: Words = "open",
    reason: Words = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Write an account's words anew, close it or open it again."""
    kept = await _found(work, number)
    account = Account(kept.number, label.strip(), meaning.strip(), state != "closed")
    if errors := await _refusals(work, account, reason=reason, session=session):
        values = {"label": label, "meaning": meaning, "state": state, "reason": reason}
        return _account(request, kept, values=values, errors=errors)
    return RedirectResponse(f"/comptes/plan#compte-{account.number}", status_code=303)


async def _refusals(work: Work, account: Account, *, reason: str, session: Session) -> dict[str, str]:
    assert session.person_id
    try:
        await change_account(work, account, reason=reason, by=session.person_id)
    except ChartRefused as refusal:
        return {"reason": str(refusal)}
    return {}


async def _found(work: Work, number: str) -> KeptAccount:
    for kept in await chart_of(work):
        if kept.number == number:
            return kept
    raise UserError(
        "Ce compte n’est pas au plan : choisissez-le dans la liste.", status=404, code="unknown_account"
    )


def _account(
    request: Request, kept: KeptAccount, *, values: dict[str, str], errors: dict[str, str]
) -> Response:
    return templates.render(
        request,
        "account.html",
        status_code=422 if errors else 200,
        kept=kept,
        is_of_flows=kept.number in ACCOUNTS,
        values=values,
        errors=errors,
    )


async def _chart(
    request: Request, work: Work, session: Session, *, values: dict[str, str], errors: dict[str, str]
) -> Response:
    return templates.render(
        request,
        "chart.html",
        status_code=422 if errors else 200,
        accounts=await chart_of(work),
        changes=await changes_of_chart(work),
        may_change=session.holds([Role.TREASURER]),
        values=values,
        errors=errors,
    )
