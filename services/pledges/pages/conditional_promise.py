"""/promettre/sous-condition: what a funder promises when others give too, or wishes it to be for.

One form without scripts: each part says for whom it is, and what does not belong to the choice is not read.
"""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.earmark import INSTRUMENTS, themes
from services.pledges.domain.funds import funds
from services.pledges.domain.thresholds import TargetAlreadyReached
from services.pledges.operations.make_pledge import Promise, make_pledge
from services.pledges.pages.condition_form import FIELDS, MATCH, ReadForm
from services.pledges.settings import Settings
from shared.identity import Session, anyone
from shared.runtime import Transaction
from shared.values import territories
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")
Typed = Annotated[str, Form(max_length=40)]


@router.get("/promettre/sous-condition", dependencies=[anyone()])
async def show_form(request: Request) -> Response:
    """The form. Its key makes a double click one promise."""
    values = {"key": str(uuid4()), "fund": next(iter(funds())), "kind": MATCH, "ratio": "1"}
    return _form(request, values=values, errors={})


@router.post("/promettre/sous-condition")
async def promise(
    request: Request,
    work: Transaction,
    kind: Typed = "",
    amount: Typed = "",
    territory: Annotated[str, Form(max_length=3)] = "",
    fund: Typed = "",
    ratio: Typed = "",
    du: Typed = "",
    au: Typed = "",
    objectif: Typed = "",
    partout: Typed = "",
    theme: Typed = "",
    projet: Annotated[str, Form(max_length=300)] = "",
    instrument: Typed = "",
    key: Annotated[str, Form(max_length=200)] = "",
    session: Session = anyone(),
) -> Response:
    """Make the promise; a refusal shows the form as it was typed, each sentence beside its field."""
    settings: Settings = request.app.state.settings
    values = {
        "kind": kind, "amount": amount, "territory": territory, "fund": fund, "ratio": ratio, "du": du, "au": au,
        "objectif": objectif, "partout": partout, "theme": theme, "projet": projet, "instrument": instrument,
        "key": key or str(uuid4()),
    }  # fmt: skip
    read = ReadForm(values, settings=settings, today=work.today)
    if read.errors:
        return _form(request, values=values, errors=read.errors, status_code=422)
    request.app.state.floods.pass_(request.headers, limit=settings.pledges_per_hour)
    try:
        made = await make_pledge(
            work,
            Promise(
                amount_minor=read.amount_minor,
                territory=territory,
                fund=fund,
                person_id=session.person_id,
                idempotency_key=key if len(key) >= 16 else None,
                condition=read.terms,
                earmark=read.earmark,
            ),
            settings=settings,
        )
    except TargetAlreadyReached as refusal:  # before anything is written
        errors = {FIELDS[refusal.field]: str(refusal)}
        return _form(request, values=values, errors=errors, status_code=422)
    return RedirectResponse(f"/promesses/{made.pledge_id}", status_code=303)


def _form(
    request: Request, *, values: dict[str, str], errors: dict[str, str], status_code: int = 200
) -> Response:
    settings: Settings = request.app.state.settings
    return templates.render(
        request,
        "conditional_promise.html",
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        values=values,
        errors=errors,
        territories=territories(),
        funds=list(funds().values()),
        themes=themes(),
        instruments=INSTRUMENTS,
        is_demonstration=settings.is_demonstration,
    )
