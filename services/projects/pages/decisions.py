"""Where a steward reads the needs of their territory, approves them by naming a decision, or refuses them."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.projects import queries
from services.projects.domain.funds import FUNDS
from services.projects.domain.needs import MAX_DECISION_REFERENCE, MAX_REASON, Decision, NeedUnknown, read_day
from services.projects.domain.refusals import Refusal, line_within, text_within
from services.projects.domain.territories import known_territory
from services.projects.operations.needs import approve_need, refuse_need
from services.projects.pages import templates
from services.projects.pages.forms import FilledForm, filled_form
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import territory as territory_of

router = APIRouter(include_in_schema=False)


@router.get("/besoins/{territory}/a-decider", dependencies=[allow(Role.STEWARD)])
async def show_to_decide(request: Request, work: Transaction, territory: str) -> Response:
    place = territory_of(known_territory(territory))
    return templates.render(
        request,
        "to_decide.html",
        territory=place,
        needs=await queries.needs_to_decide(work, territory=place.code),
    )


@router.get("/besoins/{territory}/a-decider/{need_id}", dependencies=[allow(Role.STEWARD)])
async def show_decision_form(request: Request, work: Transaction, territory: str, need_id: UUID) -> Response:
    return await _decision_form(request, work, territory, need_id, FilledForm({}))


@router.post("/besoins/{territory}/{need_id}/approbation")
async def approve(
    request: Request, work: Transaction, territory: str, need_id: UUID, session: Session = allow(Role.STEWARD)
) -> Response:
    form = await filled_form(request)
    reference = form.read("decision_reference", partial(line_within, most=MAX_DECISION_REFERENCE))
    day = form.read("decided_on", read_day)
    if reference and day and session.person_id:
        try:
            await approve_need(
                work,
                territory=known_territory(territory),
                need_id=need_id,
                decision=Decision(reference=reference, decided_on=day),
                approved_by=session.person_id,
            )
            return RedirectResponse(f"/besoins/{territory}/a-decider", 303)
        except Refusal as refusal:
            if not refusal.field:
                raise
            form.refuse(refusal, field="decision_reference")
    return await _decision_form(request, work, territory, need_id, form, status_code=422)


@router.post("/besoins/{territory}/{need_id}/refus")
async def refuse(
    request: Request, work: Transaction, territory: str, need_id: UUID, session: Session = allow(Role.STEWARD)
) -> Response:
    form = await filled_form(request)
    reason = form.read("reason", partial(text_within, most=MAX_REASON))
    if reason and session.person_id:
        await refuse_need(
            work,
            territory=known_territory(territory),
            need_id=need_id,
            reason=reason,
            refused_by=session.person_id,
        )
        return RedirectResponse(f"/besoins/{territory}/a-decider", 303)
    return await _decision_form(request, work, territory, need_id, form, status_code=422)


async def _decision_form(
    request: Request, work: Work, territory: str, need_id: UUID, form: FilledForm, *, status_code: int = 200
) -> Response:
    place = territory_of(known_territory(territory))
    need = await queries.need_seen_by(work, territory=place.code, need_id=need_id, is_steward=True)
    if need is None:
        raise NeedUnknown()
    return templates.render(
        request,
        "decide.html",
        status_code=status_code,
        territory=place,
        need=need,
        fund=FUNDS[need.fund],
        values=form.values,
        errors=form.errors,
    )
