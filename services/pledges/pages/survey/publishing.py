"""For who runs the survey: the draft of a restitution, publishing it, and the free texts that are never published."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.pledges.domain.survey.loading import current_questionnaire
from services.pledges.domain.survey.refusals import SurveyRefused
from services.pledges.operations.publish_survey import (
    MOST_NOTE,
    MOST_SIGNATURE,
    draft_results,
    publish_results,
)
from services.pledges.pages.survey.results import names_of_territories, places_of
from services.pledges.pages.survey.showing import PRIVATE, templates
from services.pledges.queries.survey import free_texts
from shared.database import Work
from shared.identity import Role, Session, allow
from shared.runtime import Transaction
from shared.values import NATIONAL

router = APIRouter()
Named = Annotated[str, Query(max_length=20)]


@router.get("/enquete/resultats/brouillon")
async def show_draft(
    request: Request,
    work: Transaction,
    version: Named = "",
    territoire: Named = "",
    session: Session = allow(Role.NATIONAL_OPERATOR, Role.TREASURER),
) -> Response:
    """What a restitution would say now, and for operators the form that publishes it."""
    return await _draft(request, work, session, version=version, place=territoire, values={}, errors={})


@router.post("/enquete/resultats/brouillon")
async def publish(
    request: Request,
    work: Transaction,
    version: Annotated[str, Form(max_length=20)] = "",
    signature: Annotated[str, Form(max_length=1_000)] = "",
    note: Annotated[str, Form(max_length=10_000)] = "",
    session: Session = allow(Role.NATIONAL_OPERATOR),
) -> Response:
    """Publish the draft as it is now, for good."""
    assert session.person_id is not None  # a role is a person's
    values, errors = {"signature": signature.strip(), "note": note.strip()}, dict[str, str]()
    if not 2 <= len(values["signature"]) <= MOST_SIGNATURE:
        errors["signature"] = f"Écrivez le nom qui signe, en {MOST_SIGNATURE} caractères au plus."
    if len(values["note"]) > MOST_NOTE:
        errors["note"] = f"Ce texte est trop long : gardez {MOST_NOTE} caractères au plus."
    if not errors:
        try:
            made = await publish_results(work, version=version or None, by=session.person_id, **values)
            return RedirectResponse(f"/enquete/resultats/{made.restitution_id}", status_code=303)
        except SurveyRefused as refusal:
            errors["signature"] = str(refusal)
    return await _draft(request, work, session, version=version, place="", values=values, errors=errors)


@router.get("/enquete/textes", dependencies=[allow(Role.NATIONAL_OPERATOR)])
async def show_texts(
    request: Request, work: Transaction, version: Named = "", question: Named = "", apres: UUID | None = None
) -> Response:
    """What persons wrote in their own words, for operators alone."""
    survey = current_questionnaire()
    asked = next((one for one in survey.questions if not one.is_closed), None)
    named = question or (asked.id if asked else "")
    found = await free_texts(work, version=version or survey.version, question_id=named, after=apres)
    following = f"?version={version or survey.version}&question={named}&apres={found.next}"
    return templates.render(
        request,
        "survey/texts.html",
        headers=PRIVATE,
        texts=found.texts,
        next_href=following if found.next else "",
    )


async def _draft(
    request: Request,
    work: Work,
    session: Session,
    *,
    version: str,
    place: str,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    content = await draft_results(work, version or None)
    places = places_of(content)
    return templates.render(
        request,
        "survey/draft.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        content=content,
        names=names_of_territories(),
        places=places,
        place=place.upper() if place.upper() in dict(places) else "",
        can_publish=session.holds([Role.NATIONAL_OPERATOR], NATIONAL),
        values=values,
        errors=errors,
    )
