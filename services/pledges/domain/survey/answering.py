"""Reads one answer: what was sent, held against what the question takes."""

import unicodedata
from collections.abc import Sequence

from services.pledges.domain.survey.questionnaire import MOST_CHARACTERS, Kind, Question
from services.pledges.domain.survey.refusals import (
    AnswerMissing,
    AnswerUnknown,
    ChoicesExcludeEachOther,
    TextTooLong,
    TextUnreadable,
    TooManyChoices,
)


def read_answer(question: Question, given: Sequence[str]) -> tuple[str, ...]:
    """The answer in its stored form: options in the question's order, or a text. Raises a SurveyRefused."""
    if question.kind is Kind.FREE_TEXT:
        return _text(given)
    chosen = set(given) - {""}
    if not chosen:
        raise AnswerMissing
    if not chosen <= {option.id for option in question.options}:
        raise AnswerUnknown
    if len(chosen) > 1:
        _check_together(question, chosen)
    return tuple(option.id for option in question.options if option.id in chosen)


def _check_together(question: Question, chosen: set[str]) -> None:
    for option in question.options:
        if option.id in chosen and option.stands_alone and question.most_choices > 1:
            raise ChoicesExcludeEachOther(option=option.text)
    if len(chosen) > question.most_choices:
        raise TooManyChoices(most=question.most_choices)


def _text(given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > 1:
        raise TooManyChoices(most=1)
    text = "\n".join("".join(given).splitlines()).strip()
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong(most=MOST_CHARACTERS)
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text if letter not in "\n\t"):
        raise TextUnreadable
    return (text,) if text else ()
