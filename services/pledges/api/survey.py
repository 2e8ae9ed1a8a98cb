"""The savers' survey over HTTP: its questions, and one person's answers from consent to withdrawal."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.pledges.api.survey_shapes import QuestionAnswer, QuestionnaireAnswer, questionnaire_answer
from services.pledges.domain.survey.loading import current_questionnaire, questionnaires
from services.pledges.domain.survey.walking import missing_question, next_question
from services.pledges.operations.answer_survey import (
    answer_questions,
    begin_response,
    existing_response,
    reopen_response,
    send_response,
    withdraw_response,
)
from services.pledges.queries.survey import ResponseView, free_texts
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.web.errors import UserError

router = APIRouter(prefix="/survey", tags=["enquête"])

Sent = Annotated[str, Field(max_length=3_000)]
"""One value of an answer; the questionnaire's own bound on texts is tighter, and told in a sentence."""


class NewResponse(BaseModel):
    """A person's consent, without which nothing is kept. `as_member`: a signed-in person's own, else anonymous."""

    model_config = ConfigDict(extra="forbid")

    consent: Literal[True]
    consent_version: Annotated[str, Field(max_length=40)]
    as_member: bool = False


class GivenAnswer(BaseModel):
    """The ids of the chosen options; of a free text, the text."""

    model_config = ConfigDict(extra="forbid")

    values: Annotated[list[Sent], Field(max_length=50)]


class ResponseAnswer(ResponseView):
    """A person's answers, the question that comes next, and the address that opens them: whoever has it may too."""

    next: QuestionAnswer | None
    is_complete: bool
    url: str


class TextsAnswer(BaseModel):
    """A page of free texts; `next` goes into `after` for the next one, and is null at the end."""

    texts: list[str]
    next: UUID | None


@router.get("", dependencies=[anyone()])
async def show_questionnaire(
    version: Annotated[str | None, Query(max_length=20, description="La plus récente sans elle")] = None,
) -> QuestionnaireAnswer:
    """The questions of a version, the newest one if none is named."""
    questionnaire = current_questionnaire() if version is None else questionnaires().get(version)
    if questionnaire is None:
        raise UserError(
            "Aucune version de l’enquête ne porte ce nom.", status=404, code="questionnaire_not_found"
        )
    return questionnaire_answer(questionnaire)


@router.post("/responses", status_code=201)
async def begin(
    body: NewResponse, request: Request, response: Response, work: Transaction, session: Session = anyone()
) -> ResponseAnswer:
    """Begin to answer. Anyone may; who wants to do so as a member signs in."""
    if body.as_member and session.person_id is None:
        raise UserError(
            "Connectez-vous pour répondre comme membre, ou répondez sans vous nommer.",
            status=401,
            code="sign_in_required",
        )
    if not session.is_local_key:
        limit = request.app.state.settings.survey_responses_per_hour
        request.app.state.survey_floods.pass_(request.headers, limit=limit)
    person_id = session.person_id if body.as_member else None
    view = await begin_response(work, agreed_to=body.consent_version, person_id=person_id, source="api")
    return _answer(view, request, response)


@router.get("/responses/{response_id}", dependencies=[anyone()])
async def show_response(
    response_id: UUID, request: Request, response: Response, work: Transaction
) -> ResponseAnswer:
    """Answers under way or sent, for whoever knows their id: it cannot be guessed."""
    return _answer(await existing_response(work, response_id), request, response)


@router.put("/responses/{response_id}/answers/{question_id}", dependencies=[anyone()])
async def answer(
    response_id: UUID,
    question_id: str,
    body: GivenAnswer,
    request: Request,
    response: Response,
    work: Transaction,
) -> ResponseAnswer:
    """Answer a question that is asked; an earlier answer to it is replaced."""
    return _answer(await answer_questions(work, response_id, {question_id: body.values}), request, response)


@router.put("/responses/{response_id}/completion", dependencies=[anyone()])
async def send(response_id: UUID, request: Request, response: Response, work: Transaction) -> ResponseAnswer:
    """Send complete answers: they are counted from now on. Again: nothing more."""
    return _answer(await send_response(work, response_id), request, response)


@router.delete("/responses/{response_id}/completion", dependencies=[anyone()])
async def reopen(
    response_id: UUID, request: Request, response: Response, work: Transaction
) -> ResponseAnswer:
    """Take sent answers back to correct them: they are not counted until they are sent again."""
    return _answer(await reopen_response(work, response_id), request, response)


@router.delete("/responses/{response_id}", status_code=204, dependencies=[anyone()])
async def withdraw(response_id: UUID, work: Transaction) -> None:
    """Withdraw the consent: the answers are deleted, and counted no more."""
    await withdraw_response(work, response_id)


@router.get("/texts", dependencies=[allow(Role.NATIONAL_OPERATOR, local_key=True)])
async def list_texts(
    response: Response,
    work: Transaction,
    version: Annotated[str, Query(max_length=20)],
    question: Annotated[str, Query(max_length=40)],
    after: UUID | None = None,
) -> TextsAnswer:
    """The free texts of answers that were sent, in an order that says nothing. They are never published."""
    found = await free_texts(work, version=version, question_id=question, after=after)
    response.headers["Cache-Control"] = "no-store"
    return TextsAnswer(texts=found.texts, next=found.next)


def _answer(view: ResponseView, request: Request, response: Response) -> ResponseAnswer:
    response.headers["Cache-Control"] = "no-store"
    questionnaire = questionnaires()[view.version]
    following = None if view.completed_at else next_question(questionnaire, view.answers)
    return ResponseAnswer(
        **view.model_dump(),
        next=QuestionAnswer.model_validate(following) if following else None,
        is_complete=missing_question(questionnaire, view.answers) is None,
        url=f"{request.app.state.settings.public_url}/enquete/reponses/{view.response_id}",
    )
