"""A restitution as CSV: one line for each figure, as French spreadsheets open it. All words are the questionnaire's."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator

from services.pledges.queries.needs_and_savings import EVERYWHERE
from services.pledges.queries.restitutions import Restitution
from services.pledges.queries.survey_results import QuestionResults
from services.pledges.queries.survey_tables import TableView
from shared.values import day_of

TITLES = (
    "Version", "Publié le", "Territoire", "Horizon", "Question", "Texte de la question", "Réponses",
    "Texte des réponses", "Personnes", "Personnes ayant répondu à la question", "Licence",
)  # fmt: skip


def results_csv(restitution: Restitution) -> bytes:
    """The file; figures that are not shown are not in it."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(TITLES)
    for question in restitution.content.questions:
        for place, horizon, table in _tables(question):
            for figure in table.figures:
                writer.writerow(
                    (
                        restitution.version,
                        day_of(restitution.published_at).isoformat(),
                        place,
                        horizon,
                        question.id,
                        question.text,
                        "+".join(figure.options),
                        figure.text,
                        figure.responses,
                        table.answered,
                        restitution.licence,
                    )
                )
    return BOM_UTF8 + written.getvalue().encode()


def _tables(question: QuestionResults) -> Iterator[tuple[str, str, TableView]]:
    """Each table of a question, with the territory and the horizon that it is of."""
    if question.total is not None:
        yield EVERYWHERE, EVERYWHERE, question.total
    for place, table in question.territories.items():
        yield place, EVERYWHERE, table
    for horizon in question.horizons:
        yield EVERYWHERE, horizon.option, horizon.table
