"""Where the survey begins: what it is for, and the consent before its first question."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.survey.loading import current_questionnaire
from services.pledges.domain.survey.refusals import ConsentMissing
from services.pledges.operations.answer_survey import begin_response
from services.pledges.pages.survey.showing import address_of, templates
from services.pledges.queries.survey import response_of_member
from shared.database import Work
from shared.identity import Session, anyone
from shared.runtime import Transaction

router = APIRouter()


@router.get("/enquete")
async def show_survey(request: Request, work: Transaction, session: Session = anyone()) -> Response:
    """The survey's words and the consent; a member who began as such is shown the way back."""
    return await _start(request, work, session, errors={})


@router.post("/enquete")
async def begin(
    request: Request,
    work: Transaction,
    consent: Annotated[str, Form(max_length=10)] = "",
    consent_version: Annotated[str, Form(max_length=40)] = "",
    identite: Annotated[str, Form(max_length=20)] = "",
    session: Session = anyone(),
) -> Response:
    """Record the consent and go to the first question."""
    if consent != "oui" or consent_version != current_questionnaire().consent.version:
        return await _start(request, work, session, errors={"consent": str(ConsentMissing())})
    limit = request.app.state.settings.survey_responses_per_hour
    request.app.state.survey_floods.pass_(request.headers, limit=limit)
    person_id = session.person_id if identite == "membre" else None
    begun = await begin_response(work, agreed_to=consent_version, person_id=person_id, source="page")
    return RedirectResponse(address_of(begun), status_code=303)


async def _start(request: Request, work: Work, session: Session, *, errors: dict[str, str]) -> Response:
    questionnaire = current_questionnaire()
    begun = None
    if session.person_id is not None:
        begun = await response_of_member(work, version=questionnaire.version, person_id=session.person_id)
    return templates.render(
        request,
        "survey/start.html",
        status_code=422 if errors else 200,
        headers={"Cache-Control": "no-store"},
        survey=questionnaire,
        is_member=session.is_signed_in,
        begun=begun,
        errors=errors,
    )
