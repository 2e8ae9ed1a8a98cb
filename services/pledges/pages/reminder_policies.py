"""When a territory reminds of what is due: a page for its treasurers."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.reminder_policy import (
    LEAST_EXPIRY_DAYS,
    MOST_EXPIRY_DAYS,
    DaysNotUnderstood,
    DaysOutOfLimits,
    ExpiryOutOfLimits,
    days_from,
)
from services.pledges.operations.set_reminder_policy import set_policy, use_national_policy
from services.pledges.queries.reminder_policies import policy_of
from shared.database import Work
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import NATIONAL
from shared.values import territory as territory_of
from shared.web.layout import templates_for

router = APIRouter()
templates = templates_for("services.pledges")


@router.get("/banque/relances/{territory}", dependencies=[allow(Role.TREASURER)])
async def show_policy(territory: TerritoryCode, request: Request, work: Transaction) -> Response:
    """The days that hold, and the form to change them."""
    held = await policy_of(work, territory)
    values = {"days": ", ".join(map(str, held.days)), "expiry_days": str(held.expiry_days)}
    return await _page(request, work, territory, values=values, errors={})


@router.post("/banque/relances/{territory}")
async def change_policy(
    territory: TerritoryCode,
    request: Request,
    work: Transaction,
    days: Annotated[str, Form(max_length=80)] = "",
    expiry_days: Annotated[str, Form(max_length=10)] = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    values, errors = {"days": days, "expiry_days": expiry_days}, dict[str, str]()
    try:
        expiry = int(expiry_days) if expiry_days.isdecimal() else 0
        await set_policy(work, territory, days=days_from(days), expiry_days=expiry, by=session.person_id)
    except (DaysNotUnderstood, DaysOutOfLimits) as refusal:
        errors["days"] = str(refusal)
    except ExpiryOutOfLimits as refusal:
        errors["expiry_days"] = str(refusal)
    if errors:
        return await _page(request, work, territory, values=values, errors=errors, status_code=422)
    return RedirectResponse(f"/banque/relances/{territory}", status_code=303)


@router.post("/banque/relances/{territory}/nationales", dependencies=[allow(Role.TREASURER)])
async def follow_national_policy(territory: TerritoryCode, work: Transaction) -> Response:
    """Let the national days hold here again."""
    await use_national_policy(work, territory)
    return RedirectResponse(f"/banque/relances/{territory}", status_code=303)


async def _page(
    request: Request,
    work: Work,
    territory: str,
    *,
    values: dict[str, str],
    errors: dict[str, str],
    status_code: int = 200,
) -> Response:
    return templates.render(
        request,
        "reminder_policy.html",
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        place="France entière" if territory == NATIONAL else territory_of(territory).name,
        territory=territory,
        is_national=territory == NATIONAL,
        policy=await policy_of(work, territory),
        values=values,
        errors=errors,
        least=LEAST_EXPIRY_DAYS,
        most=MOST_EXPIRY_DAYS,
    )
