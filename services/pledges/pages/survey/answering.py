"""One page of questions after the other, forth and back; what is answered is kept at each step."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from services.pledges.domain.survey.answering import read_answer
from services.pledges.domain.survey.loading import questionnaires
from services.pledges.domain.survey.questionnaire import SKIP, Kind, Page, Question, Questionnaire
from services.pledges.domain.survey.refusals import SurveyRefused
from services.pledges.domain.survey.walking import asked_pages, next_question
from services.pledges.operations.answer_survey import answer_questions, existing_response
from services.pledges.pages.survey.showing import (
    REVIEW,
    address_of,
    questions_on,
    show_questions,
    show_review,
)
from services.pledges.queries.survey import ResponseView
from shared.identity import anyone
from shared.runtime import Transaction

router = APIRouter()
BACK = "avant"


@router.get("/enquete/reponses/{response_id}", dependencies=[anyone()])
async def show_response(
    response_id: UUID,
    request: Request,
    work: Transaction,
    page: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The page that was asked for, or where the person left off; what was sent, once it was."""
    view = await existing_response(work, response_id)
    survey = questionnaires()[view.version]
    shown = _page(survey, view, page)
    if view.completed_at or shown is None:
        return show_review(request, survey, view)
    return show_questions(request, survey, view, shown, errors={})


@router.post("/enquete/reponses/{response_id}", dependencies=[anyone()])
async def answer(response_id: UUID, request: Request, work: Transaction) -> Response:
    """Keep the answers of one page and go on, or back; a wrong one is said beside its question, and none is kept.

    Who goes back may leave questions open.
    """
    form = await request.form()
    view = await existing_response(work, response_id)
    survey = questionnaires()[view.version]
    shown = _page(survey, view, str(form.get("page", "")))
    if view.completed_at or shown is None:
        return RedirectResponse(address_of(view), status_code=303)
    is_back = form.get("vers") == BACK
    given: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for question in questions_on(survey, view, shown):
        sent = _sent(form, question)
        if is_back and not sent:
            continue
        given[question.id] = sent
        try:
            read_answer(question, sent)
        except SurveyRefused as refusal:
            errors[question.id] = str(refusal)
    if errors:
        typed = {**view.answers, **{id: tuple(sent) for id, sent in given.items()}}
        again = view.model_copy(update={"answers": typed})
        return show_questions(request, survey, again, shown, errors=errors)
    view = await answer_questions(work, response_id, given)
    following = _beside(survey, view, shown, steps=-1 if is_back else 1)
    return RedirectResponse(f"{address_of(view)}?page={following}", status_code=303)


def _sent(form: FormData, question: Question) -> list[str]:
    """What a form says of a question; no territory chosen is the wish not to say it."""
    sent = [one for one in form.getlist(question.id) if isinstance(one, str) and one]
    if not sent and question.kind is Kind.TERRITORY and question.options[-1].id == SKIP:
        return [SKIP]
    return sent


def _page(survey: Questionnaire, view: ResponseView, named: str) -> Page | None:
    """The page of this name where it is asked, else where the person left off; None for the last look."""
    pages = {page.id: page for page in asked_pages(survey, view.answers)}
    following = next_question(survey, view.answers)
    if named in pages or named == REVIEW:
        return pages.get(named)
    return pages[following.page] if following else None


def _beside(survey: Questionnaire, view: ResponseView, page: Page, *, steps: int) -> str:
    """The page before or after this one, by the answers as they are now."""
    ids = [one.id for one in asked_pages(survey, view.answers)]
    place = max(ids.index(page.id) + steps, 0)
    return ids[place] if place < len(ids) else REVIEW
