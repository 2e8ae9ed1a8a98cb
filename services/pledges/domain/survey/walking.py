"""The way through a questionnaire: which questions are asked, which one comes next, when it is complete.

Answers of branches that are no longer taken are kept while a person goes back and forth, and never counted.
"""

from services.pledges.domain.survey.questionnaire import Answers, Page, Question, Questionnaire


def is_asked(questionnaire: Questionnaire, question: Question, answers: Answers) -> bool:
    """Whether the answers so far lead to a question: its condition holds, and so does that of the deciding one."""
    condition = question.shown_if
    if condition is None:
        return True
    decider = questionnaire.question(condition.question)
    return not condition.any_of.isdisjoint(answers.get(decider.id, ())) and is_asked(
        questionnaire, decider, answers
    )


def asked_questions(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """The questions of the branches that are taken, in order; later answers may add some."""
    return tuple(one for one in questionnaire.questions if is_asked(questionnaire, one, answers))


def asked_pages(questionnaire: Questionnaire, answers: Answers) -> tuple[Page, ...]:
    """The pages with at least one question that is asked."""
    asked = {question.page for question in asked_questions(questionnaire, answers)}
    return tuple(page for page in questionnaire.pages if page.id in asked)


def next_question(questionnaire: Questionnaire, answers: Answers) -> Question | None:
    """The first question that is asked and was not seen yet; None at the end."""
    return next((one for one in asked_questions(questionnaire, answers) if one.id not in answers), None)


def missing_question(questionnaire: Questionnaire, answers: Answers) -> Question | None:
    """The first closed question that is asked and has no answer; None when the answers are complete."""
    return next(
        (one for one in asked_questions(questionnaire, answers) if one.is_closed and not answers.get(one.id)),
        None,
    )


def answers_taken(questionnaire: Questionnaire, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers to the questions that are asked: all that is counted, and all that is kept in the end."""
    return {
        question.id: answers[question.id]
        for question in asked_questions(questionnaire, answers)
        if answers.get(question.id)
    }
