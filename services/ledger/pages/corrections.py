"""One entry followed to its end, and its correction, for treasurers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.ledger.domain import chart
from services.ledger.domain.correction import CorrectionRefused, correctable
from services.ledger.domain.entries import Line
from services.ledger.operations import correct
from services.ledger.pages.places import place_of
from services.ledger.queries.chart import labels_of, open_accounts
from services.ledger.queries.receipt import receipt_trail
from services.ledger.repository.corrections import posted_entry
from shared.database import Work
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.ledger")


@router.get("/comptes/{territory}/journal/{seq}")
async def show_entry(
    request: Request,
    territory: TerritoryCode,
    seq: int,
    work: Transaction,
    session: Session = allow(Role.TREASURER, Role.STEWARD),
) -> Response:
    """One entry: a payment is followed to its share; treasurers have the form to correct it."""
    return await _entry(request, work, session, territory, seq, values={}, errors={})


@router.post("/comptes/{territory}/journal/{seq}")
async def order_correction(
    request: Request,
    territory: TerritoryCode,
    seq: int,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order the correction of an entry: each line keeps its amount, and gets another account, fund or instrument."""
    assert session.person_id
    posted = await posted_entry(work, territory, seq)
    if posted is None:
        raise _unknown()
    form = await request.form()
    values = {name: str(value)[:2000] for name, value in form.items()}
    lines = [
        Line(
            values.get(f"account-{number}", line.account),
            line.amount_minor,
            values.get(f"fund-{number}", line.fund).strip()[:60] or line.fund,
            line.currency,
            values.get(f"instrument-{number}", line.instrument),
        )
        for number, line in enumerate(posted.lines, start=1)
    ]
    try:
        await correct.order_correction(
            work,
            territory=territory,
            seq=seq,
            lines=lines,
            reason=values.get("reason", ""),
            by=session.person_id,
        )
    except CorrectionRefused as refusal:
        return await _entry(
            request, work, session, territory, seq, values=values, errors={"reason": str(refusal)}
        )
    return RedirectResponse(f"/comptes/{territory}/journal#corrections", status_code=303)


@router.post("/comptes/{territory}/corrections/{correction_id}/confirmation")
async def confirm_correction(
    territory: TerritoryCode,
    correction_id: UUID,
    order_hash: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm a correction."""
    assert session.person_id
    await correct.confirm_correction(
        work, territory=territory, correction_id=correction_id, by=session.person_id, order_hash=order_hash
    )
    return RedirectResponse(f"/comptes/{territory}/journal#corrections", status_code=303)


@router.post("/comptes/{territory}/corrections/{correction_id}/annulation")
async def cancel_correction(
    territory: TerritoryCode,
    correction_id: UUID,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Give a correction up."""
    assert session.person_id
    await correct.cancel_correction(
        work, territory=territory, correction_id=correction_id, by=session.person_id
    )
    return RedirectResponse(f"/comptes/{territory}/journal#corrections", status_code=303)


async def _entry(
    request: Request,
    work: Work,
    session: Session,
    territory: str,
    seq: int,
    *,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    posted = await posted_entry(work, territory, seq)
    if posted is None:
        raise _unknown()
    labels, choices = await labels_of(work), correctable(await open_accounts(work))
    return templates.render(
        request,
        "entry.html",
        status_code=422 if errors else 200,
        headers={"Cache-Control": "no-store"},
        place=place_of(territory),
        entry=posted,
        trail=await receipt_trail(work, territory, seq),
        may_correct=session.holds([Role.TREASURER], territory),
        names=labels,
        choices=[(account, f"{account} {labels[account]}") for account in sorted(choices)],
        correctable=choices,
        instruments=[(code, labels[account]) for code, account in chart.RECEIVED.items()],
        is_promised=any(line.account[0] == chart.MEMO_CLASS for line in posted.lines),
        values=values,
        errors=errors,
    )


def _unknown() -> UserError:
    return UserError(
        "Cette écriture n’existe pas dans ce territoire : vérifiez son numéro.",
        status=404,
        code="unknown_entry",
    )
