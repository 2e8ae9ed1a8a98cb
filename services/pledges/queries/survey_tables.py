"""One table of the survey's results, in the words of its question."""

from collections.abc import Sequence

from pydantic import BaseModel

from services.pledges.domain.survey.publishing import Table
from services.pledges.domain.survey.questionnaire import Question


class FigureView(BaseModel):
    """How many persons chose one of these options; several options together where one alone would be too few."""

    options: list[str]
    text: str
    responses: int


class TableView(BaseModel):
    """The figures of a question among those who answered it, and the words of options too few to be shown."""

    answered: int
    figures: list[FigureView]
    withheld: list[str]


def table_view(question: Question, table: Table) -> TableView:
    """A table in the words of its question."""
    return TableView(
        answered=table.answered,
        figures=[
            FigureView(options=list(one.options), text=_words(question, one.options), responses=one.responses)
            for one in table.figures
        ],
        withheld=[question.option(id).text for id in table.withheld],
    )


def _words(question: Question, options: Sequence[str]) -> str:
    return " ; ".join(question.option(id).text for id in options)
