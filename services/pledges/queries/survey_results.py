"""The results of the survey as they are shown and kept: what `publishing` lets through, with the questions' words.

A restitution is this, frozen: words and figures of one day, whatever happens to answers and questionnaires later.
"""

from collections.abc import Sequence

from pydantic import BaseModel

from services.pledges.domain.survey.publishing import Result, Results
from services.pledges.domain.survey.questionnaire import Kind, Questionnaire
from services.pledges.queries.needs_and_savings import NeedsAndSavings, NeedSum, needs_beside_savings
from services.pledges.queries.survey_tables import TableView, table_view


class HorizonView(BaseModel):
    """The amounts of those who chose a horizon."""

    option: str
    text: str
    table: TableView


class QuestionResults(BaseModel):
    """What is shown of a question; `total` is null where too few were asked, territories are those with enough."""

    id: str
    text: str
    kind: Kind
    asked_of_some: bool
    total: TableView | None
    territories: dict[str, TableView]
    horizons: list[HorizonView]


class SurveyResults(BaseModel):
    """What is shown of a version: nothing at all while fewer than ten persons answered."""

    version: str
    title: str
    responses: int
    territories: dict[str, int]
    questions: list[QuestionResults]
    needs_and_savings: list[NeedsAndSavings]

    def says_the_same_of_persons(self, other: "SurveyResults") -> bool:
        """Whether both have the same answers, whatever was approved in between."""
        return [self.responses, self.territories, self.questions] == [
            other.responses,
            other.territories,
            other.questions,
        ]


def shown_results(questionnaire: Questionnaire, results: Results, needs: Sequence[NeedSum]) -> SurveyResults:
    """The results in the words of their questionnaire, beside what is needed."""
    return SurveyResults(
        version=questionnaire.version,
        title=questionnaire.title,
        responses=results.responses,
        territories=dict(results.by_territory),
        questions=[_question(one) for one in results.questions],
        needs_and_savings=needs_beside_savings(questionnaire, results, needs),
    )


def _question(result: Result) -> QuestionResults:
    question = result.question
    return QuestionResults(
        id=question.id,
        text=question.text,
        kind=question.kind,
        asked_of_some=question.shown_if is not None,
        total=table_view(question, result.total) if result.total else None,
        territories={place: table_view(question, table) for place, table in result.by_territory.items()},
        horizons=[
            HorizonView(option=option, text=text, table=table_view(question, result.by_horizon[option]))
            for option, text in result.horizons
        ],
    )
