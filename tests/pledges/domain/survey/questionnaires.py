"""Questionnaires for tests: a small one as text, and any way through one."""

from collections.abc import Mapping

from hypothesis import strategies as st

from services.pledges.domain.survey.questionnaire import Answers, Kind, Question, Questionnaire
from services.pledges.domain.survey.walking import next_question

SMALL = """
version = "2026-9"
title = "Une petite enquête"
introduction = ["Trois questions."]

[consent]
version = "2026-9"
sentences = ["Vos réponses sont comptées."]
agreement = "J’accepte."
unfinished_days = 10
finished_days = 20

[[pages]]
id = "une"
title = "Une"

[[pages.questions]]
id = "aime"
kind = "one_choice"
text = "Aimez-vous ?"
options = [{ id = "oui", text = "Oui" }, { id = "non", text = "Non" }]
skip = "Je ne sais pas"

[[pages]]
id = "deux"
title = "Deux"

[[pages.questions]]
id = "quoi"
kind = "several_choices"
text = "Quoi ?"
options = [
  { id = "pain", text = "Le pain" }, { id = "vin", text = "Le vin" }, { id = "rien", text = "Rien", alone = true },
]
shown_if = { question = "aime", any_of = ["oui"] }

[[pages.questions]]
id = "combien"
kind = "amount"
text = "Combien ?"
brackets = [0, 10, 100]
shown_if = { question = "aime", any_of = ["oui"] }

[[pages.questions]]
id = "quand"
kind = "one_choice"
text = "Quand ?"
options = [{ id = "tot", text = "Tôt" }, { id = "tard", text = "Tard" }, { id = "jamais", text = "Jamais" }]
shown_if = { question = "aime", any_of = ["oui"] }

[[pages]]
id = "fin"
title = "Fin"

[[pages.questions]]
id = "ou"
kind = "territory"
text = "Où ?"
skip = "Je préfère ne pas le dire"

[[pages.questions]]
id = "mot"
kind = "free_text"
text = "Un mot ?"

[[offers]]
family = "investment"
amount = "combien"
horizon = "quand"
"""


def answers_to(question: Question) -> st.SearchStrategy[tuple[str, ...]]:
    """Any answer that a question takes, in its stored form."""
    if question.kind is Kind.FREE_TEXT:
        return st.sampled_from([(), ("Du temps.",)])
    ids = [option.id for option in question.options]
    if question.takes_one:
        return st.sampled_from([(id,) for id in ids])
    together = [option.id for option in question.options if not option.stands_alone]
    several = st.sets(st.sampled_from(together), min_size=1, max_size=question.most_choices)
    alone = [(option.id,) for option in question.options if option.stands_alone]
    ordered = several.map(lambda chosen: tuple(id for id in ids if id in chosen))
    return st.one_of(ordered, st.sampled_from(alone)) if alone else ordered


@st.composite
def walks(
    draw: st.DrawFn, questionnaire: Questionnaire, start: Answers | None = None
) -> Mapping[str, tuple[str, ...]]:
    """The answers of somebody who goes to the end; raises AssertionError when there is none."""
    answers = dict(start or {})
    for _ in range(len(questionnaire.questions) + 1):
        question = next_question(questionnaire, answers)
        if question is None:
            return answers
        answers[question.id] = draw(answers_to(question))
    raise AssertionError("this walk does not end")
