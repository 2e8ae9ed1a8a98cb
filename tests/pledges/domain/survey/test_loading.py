"""Questionnaires as files: those of the release, and what no file may say."""

import json
from hashlib import sha256

import pytest

from services.pledges.domain.survey.loading import load, questionnaires
from services.pledges.domain.survey.questionnaire import Kind, Questionnaire
from services.pledges.domain.survey.refusals import QuestionnaireInvalid
from tests.pledges.domain.survey.questionnaires import SMALL

BEGUN = {"2026-1": "593150a1"}
"""Of each version that answers may have begun under: the start of its structure's SHA-256."""


def _structure(questionnaire: Questionnaire) -> str:
    """All that stored answers lean on; words may be corrected."""
    told = [
        [
            question.id,
            question.kind,
            [[option.id, option.stands_alone, option.least_minor] for option in question.options]
            if question.kind is not Kind.TERRITORY
            else [],
            question.most_choices,
            question.shown_if and [question.shown_if.question, sorted(question.shown_if.any_of)],
        ]
        for question in questionnaire.questions
    ]
    offers = [[offer.family, offer.amount, offer.horizon] for offer in questionnaire.offers]
    return sha256(json.dumps([told, offers]).encode()).hexdigest()


def test_a_version_that_began_keeps_its_structure() -> None:
    """An answer belongs to the version that it began under: a change of questions is a new file."""
    assert {version: _structure(one)[:8] for version, one in questionnaires().items()} == BEGUN


def test_every_kind_of_question_is_asked_by_the_first_version() -> None:
    """And the questions are some twenty, of which each person is asked fewer."""
    asked = questionnaires()["2026-1"].questions
    assert {question.kind for question in asked} == set(Kind)
    assert 15 <= len(asked) <= 22


def test_texts_keep_their_signs_on_their_line() -> None:
    """A no-break space stands before « ? », as French typography wants."""
    assert load(SMALL, name="2026-9").question("aime").text == "Aimez-vous\u00a0?"


def test_brackets_hold_every_amount() -> None:
    """From nothing to the open last one; the least of each is known in cents."""
    options = load(SMALL, name="2026-9").question("combien").options
    assert [(one.text.replace("\u00a0", " "), one.least_minor) for one in options] == [
        ("Moins de 10 €", 0), ("De 10 € à moins de 100 €", 1_000), ("100 € ou plus", 10_000),
    ]  # fmt: skip


WRONG = {
    "no TOML": ('version = "2026-9"', "version = ", "TOML"),
    "another version": ('version = "2026-9"\ntitle', 'version = "2026-8"\ntitle', "nom du fichier"),
    "an empty text": ('text = "Aimez-vous ?"', 'text = " "', "de 1 à 300 caractères"),
    "a text too long": ('text = "Aimez-vous ?"', f'text = "{"é" * 301}"', "de 1 à 300 caractères"),
    "a number for a text": ('text = "Aimez-vous ?"', "text = 4", "de 1 à 300 caractères"),
    "an unknown name": ('text = "Quoi ?"', 'text = "Quoi ?"\nmots = 3', "n’a pas de sens"),
    "an unknown kind": ('kind = "amount"', 'kind = "money"', "« kind »"),
    "an id with spaces": ('id = "quoi"', 'id = "quoi donc"', "identifiant"),
    "a question twice": ('id = "quand"', 'id = "quoi"', "déjà là"),
    "a page twice": ('id = "deux"', 'id = "une"', "déjà là"),
    "an option twice": ('{ id = "vin"', '{ id = "pain"', "même identifiant"),
    "a text of an option twice": ('text = "Le vin"', 'text = "Le pain"', "même texte"),
    "one option": (', { id = "non", text = "Non" }', "", "de 2 à 30"),
    "more choices than options": ('text = "Quoi ?"', 'text = "Quoi ?"\nmost = 4', "de 2 à 3"),
    "brackets that shrink": ("[0, 10, 100]", "[0, 100, 10]", "grandir"),
    "brackets that begin above zero": ("[0, 10, 100]", "[5, 10, 100]", "commencer à 0"),
    "a branch on a later question": ('question = "aime", any_of = ["oui"] }\n\n[[pages.q',
                                     'question = "ou", any_of = ["64"] }\n\n[[pages.q', "page précédente"),
    "a branch on every answer": ('any_of = ["oui"] }\n\n[[pages.q',
                                 'any_of = ["oui", "non", "sans_reponse"] }\n\n[[pages.q', "une partie"),
    "a branch on no option": ('any_of = ["oui"] }\n\n[[pages.q', 'any_of = ["si"] }\n\n[[pages.q', "une partie"),
    "an offer of no amount": ('amount = "combien"', 'amount = "quoi"', "question de montant"),
    "an offer's horizon that is none": ('horizon = "quand"', 'horizon = "jamais"', "« horizon »"),
    "an offer's horizon that others are asked": ('horizon = "quand"', 'horizon = "aime"', "« horizon »"),
    "an offer of another family": ('family = "investment"', 'family = "loan"', "« family »"),
    "no day to keep": ("finished_days = 20", "finished_days = 0", "de 1 à 3660"),
    "a flag that is a word": ("alone = true", 'alone = "oui"', "true ou false"),
    "no pages": ("[[pages]]", "[[feuilles]]", "« pages »"),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "says"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_asked_is_refused(right: str, wrong: str, says: str) -> None:
    """The sentence says where and why; the service does not start with it."""
    assert right in SMALL
    count = -1 if right == "[[pages]]" else 1
    with pytest.raises(QuestionnaireInvalid, match=says):
        load(SMALL.replace(right, wrong, count), name="2026-9")


def test_a_branch_on_several_choices_is_refused() -> None:
    """Who was asked would be no sum of counted groups, and a subtraction could tell of a few persons."""
    branch = 'id = "mot"\nkind = "free_text"\nshown_if = { question = "quoi", any_of = ["pain"] }'
    with pytest.raises(QuestionnaireInvalid, match="une seule réponse"):
        load(SMALL.replace('id = "mot"\nkind = "free_text"', branch), name="2026-9")


def test_two_questions_on_territories_are_refused() -> None:
    """Answers are counted by one territory."""
    with pytest.raises(QuestionnaireInvalid, match="territoire"):
        load(SMALL.replace('kind = "free_text"', 'kind = "territory"'), name="2026-9")
