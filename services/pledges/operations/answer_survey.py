"""Takes a person's answers to the survey, from their consent to their withdrawal.

Counts change in the transaction that sends answers or takes them back: they are exact at every moment, at no cost for
who reads them, and a person who withdraws is in none from then on. A count is one row that the persons of a territory
add to; each holds it from one statement to the commit, which leaves room for hundreds a second.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from services.pledges.domain.survey.answering import read_answer
from services.pledges.domain.survey.loading import current_questionnaire, questionnaires
from services.pledges.domain.survey.questionnaire import Answers, Question, Questionnaire
from services.pledges.domain.survey.refusals import (
    ConsentMissing,
    QuestionUnknown,
    ResponseSent,
    SurveyIncomplete,
)
from services.pledges.domain.survey.tallying import cells_of
from services.pledges.domain.survey.walking import answers_taken, asked_questions, missing_question
from services.pledges.queries.survey import ResponseView, response_by_id, response_of_member
from services.pledges.repository.survey import (
    add_response,
    change_counts,
    delete_response,
    lock_response,
    save_answers,
)
from shared.database import Work
from shared.web.errors import UserError


async def begin_response(
    work: Work, *, agreed_to: str | None, person_id: UUID | None, source: str
) -> ResponseView:
    """Begin under the newest version, whose consent text the person `agreed_to`; `source` is page or api.

    A member who answers as such has one response: that which they began. Raises ConsentMissing.
    """
    questionnaire = current_questionnaire()
    if agreed_to != questionnaire.consent.version:
        raise ConsentMissing
    response_id = uuid4()
    await add_response(
        work,
        response_id=response_id,
        version=questionnaire.version,
        person_id=person_id,
        consent=questionnaire.consent,
        source=source,
    )
    if person_id is not None:
        known = await response_of_member(work, version=questionnaire.version, person_id=person_id)
        response_id = known or response_id
    return await existing_response(work, response_id)


async def existing_response(work: Work, response_id: UUID) -> ResponseView:
    """Raises UserError (404) when there is none, or no more."""
    view = await response_by_id(work, response_id)
    if view is None:
        raise UserError(
            "Aucune réponse n’existe à cette adresse : elle a été retirée, ou une lettre y manque.",
            status=404,
            code="response_not_found",
        )
    return view


async def answer_questions(work: Work, response_id: UUID, given: Mapping[str, Sequence[str]]) -> ResponseView:
    """Write the answers to some questions, all or none; earlier ones of these questions are replaced.

    Raises a SurveyRefused; ResponseSent when the answers are counted already.
    """
    view = await _locked(work, response_id)
    if view.completed_at is not None:
        raise ResponseSent
    questionnaire = questionnaires()[view.version]
    answers: dict[str, tuple[str, ...]] = dict(view.answers)
    for question_id, sent in given.items():
        answers[question_id] = read_answer(_asked(questionnaire, question_id, answers), sent)
    await _save(work, view, questionnaire, answers)
    return view.model_copy(update={"answers": answers})


async def send_response(work: Work, response_id: UUID) -> ResponseView:
    """Count the answers; those of branches that were left are forgotten. Again: nothing more.

    Raises SurveyIncomplete.
    """
    view = await _locked(work, response_id)
    if view.completed_at is not None:
        return view
    questionnaire = questionnaires()[view.version]
    missing = missing_question(questionnaire, view.answers)
    if missing is not None:
        raise SurveyIncomplete(question=missing.text)
    sent = view.model_copy(
        update={"answers": answers_taken(questionnaire, view.answers), "completed_at": work.now}
    )
    await _save(work, sent, questionnaire, sent.answers)
    await change_counts(work, version=sent.version, cells=cells_of(questionnaire, sent.answers), change=1)
    return sent


async def reopen_response(work: Work, response_id: UUID) -> ResponseView:
    """Give sent answers back to be corrected (RGPD art. 16): until they are sent again they are not counted."""
    view = await _locked(work, response_id)
    if view.completed_at is None:
        return view
    await _uncount(work, view)
    opened = view.model_copy(update={"completed_at": None})
    await _save(work, opened, questionnaires()[view.version], opened.answers)
    return opened


async def withdraw_response(work: Work, response_id: UUID) -> None:
    """Delete a person's answers (RGPD art. 7.3 and 17): nothing of them stays, and they are in no count any more."""
    view = await _locked(work, response_id)
    if view.completed_at is not None:
        await _uncount(work, view)
    await delete_response(work, response_id)


async def _locked(work: Work, response_id: UUID) -> ResponseView:
    await lock_response(work, response_id)
    return await existing_response(work, response_id)


def _asked(questionnaire: Questionnaire, question_id: str, answers: Answers) -> Question:
    for question in asked_questions(questionnaire, answers):
        if question.id == question_id:
            return question
    raise QuestionUnknown


async def _save(work: Work, view: ResponseView, questionnaire: Questionnaire, answers: Answers) -> None:
    texts = {
        question_id: chosen[0]
        for question_id, chosen in answers.items()
        if chosen and not questionnaire.question(question_id).is_closed
    }
    await save_answers(work, view.response_id, answers=answers, texts=texts, completed_at=view.completed_at)


async def _uncount(work: Work, view: ResponseView) -> None:
    cells = cells_of(questionnaires()[view.version], view.answers)
    await change_counts(work, version=view.version, cells=cells, change=-1)
