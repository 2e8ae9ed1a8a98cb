"""What one person's answers add to the counts."""

from typing import NamedTuple

from services.pledges.domain.survey.questionnaire import SKIP, Answers, Questionnaire
from services.pledges.domain.survey.walking import answers_taken
from shared.values import NATIONAL


class Cell(NamedTuple):
    """One count. No option: those who answered the question; no question: those who sent their answers."""

    territory: str
    question_id: str = ""
    option_id: str = ""
    crossed_option_id: str = ""


def territories_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Where answers are counted: `00` for who was not asked or would rather not say, then each territory."""
    asked_where = questionnaire.territory_question
    named = [option.id for option in asked_where.options if option.id != SKIP] if asked_where else []
    return (NATIONAL, *named)


def cells_of(questionnaire: Questionnaire, answers: Answers) -> list[Cell]:
    """The counts that complete answers are part of, each once, sorted. Branches not taken and texts are in none.

    An offered amount is counted with its horizon too, where it has one.
    """
    taken = answers_taken(questionnaire, answers)
    asked_where = questionnaire.territory_question
    where = taken.get(asked_where.id, (SKIP,))[0] if asked_where else SKIP
    territory = NATIONAL if where == SKIP else where
    cells = [Cell(territory)]
    for question_id, chosen in taken.items():
        question = questionnaire.question(question_id)
        if question.is_closed and question != asked_where:
            cells += [Cell(territory, question_id), *(Cell(territory, question_id, one) for one in chosen)]
    for offer in questionnaire.offers:
        if offer.horizon and offer.amount in taken:
            cells.append(Cell(territory, offer.amount, taken[offer.amount][0], taken[offer.horizon][0]))
    return sorted(cells)
