"""Instruments, for national treasurers: what is authorised, on which ground, and what the letters of intent say."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.fields import FieldRefused
from services.pledges.domain.instruments import instruments
from services.pledges.domain.pledge import GIFT
from services.pledges.operations.decide_instruments import decide_instrument
from services.pledges.queries.instruments import decisions_on_instruments, instruments_now, intentions
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")


@router.get("/banque/instruments", dependencies=[allow(Role.TREASURER)])
async def show_instruments(request: Request, work: Transaction) -> Response:
    return await _page(request, work, values={}, errors={})


@router.post("/banque/instruments")
async def decide(
    request: Request,
    work: Transaction,
    instrument: Annotated[str, Form(max_length=40)] = "",
    decision: Annotated[str, Form(max_length=20)] = "",
    ground: Annotated[str, Form(max_length=2000)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Switch an instrument on or off."""
    assert session.person_id
    errors = {}
    if decision not in ("authorise", "suspend"):
        errors["decision"] = "Choisissez d’autoriser ou de suspendre."
    else:
        try:
            await decide_instrument(
                work,
                instrument,
                is_authorised=decision == "authorise",
                ground=ground,
                by=session.person_id,
            )
            return RedirectResponse("/banque/instruments", status_code=303)
        except FieldRefused as refusal:
            errors[refusal.field] = str(refusal)
    values = {"instrument": instrument, "decision": decision, "ground": ground}
    return await _page(request, work, values=values, errors=errors, status_code=422)


async def _page(
    request: Request,
    work: Work,
    *,
    values: dict[str, str],
    errors: dict[str, str],
    status_code: int = 200,
) -> Response:
    return templates.render(
        request,
        "instruments.html",
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        instruments=await instruments_now(work),
        names={code: instrument.name for code, instrument in instruments().items()},
        switchable=[(code, one.name) for code, one in instruments().items() if code != GIFT],
        intentions=await intentions(work),
        decisions=await decisions_on_instruments(work),
        values=values,
        errors=errors,
    )
