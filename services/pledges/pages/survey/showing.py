"""A page of questions, and the last look at all answers, as HTML."""

from fastapi import Request, Response

from services.pledges.domain.survey.questionnaire import Page, Question, Questionnaire
from services.pledges.domain.survey.walking import asked_pages, asked_questions, missing_question
from services.pledges.queries.survey import ResponseView
from shared.values import territories
from shared.web.layout import templates_for

templates = templates_for("services.pledges")

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
REVIEW = "relecture"


def address_of(view: ResponseView) -> str:
    """Where a person's answers are."""
    return f"/enquete/reponses/{view.response_id}"


def questions_on(survey: Questionnaire, view: ResponseView, page: Page) -> list[Question]:
    """The questions of a page that this person is asked."""
    return [one for one in asked_questions(survey, view.answers) if one.page == page.id]


def show_questions(
    request: Request, survey: Questionnaire, view: ResponseView, page: Page, *, errors: dict[str, str]
) -> Response:
    """One page of questions, with what was answered so far."""
    pages = asked_pages(survey, view.answers)
    return templates.render(
        request,
        "survey/questions.html",
        status_code=422 if errors else 200,
        headers=PRIVATE,
        survey=survey,
        page=page,
        number=pages.index(page) + 1,
        pages=len(pages),
        questions=[(one, _choices(one)) for one in questions_on(survey, view, page)],
        values={id: "".join(chosen[:1]) for id, chosen in view.answers.items()},
        chosen=view.answers,
        errors=errors,
        territories=territories(),
        address=address_of(view),
        whole_address=_whole_address(request, view),
    )


def show_review(request: Request, survey: Questionnaire, view: ResponseView) -> Response:
    """All answers, before they are sent or after."""
    return templates.render(
        request,
        "survey/review.html",
        headers=PRIVATE,
        survey=survey,
        view=view,
        pages=[
            (page, [(one.text, _said(one, view)) for one in questions_on(survey, view, page)])
            for page in asked_pages(survey, view.answers)
        ],
        is_complete=missing_question(survey, view.answers) is None,
        address=address_of(view),
        whole_address=_whole_address(request, view),
    )


def _choices(question: Question) -> list[tuple[str, ...]]:
    """The options as the form's macros take them: those with words of their own have three parts."""
    return [(one.id, one.text, one.hint) if one.hint else (one.id, one.text) for one in question.options]


def _said(question: Question, view: ResponseView) -> str:
    chosen = view.answers.get(question.id, ())
    words = [question.option(one).text for one in chosen] if question.is_closed else chosen
    return " ; ".join(words) or "Sans réponse"


def _whole_address(request: Request, view: ResponseView) -> str:
    return f"{request.app.state.settings.public_url}{address_of(view)}"
