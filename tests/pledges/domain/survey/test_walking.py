"""The way through a questionnaire: it ends, branches open and close, and only what was asked is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.survey.answering import read_answer
from services.pledges.domain.survey.loading import current_questionnaire, load
from services.pledges.domain.survey.questionnaire import MOST_CHARACTERS, SKIP
from services.pledges.domain.survey.refusals import (
    AnswerMissing,
    AnswerUnknown,
    ChoicesExcludeEachOther,
    SurveyRefused,
    TextTooLong,
    TextUnreadable,
    TooManyChoices,
)
from services.pledges.domain.survey.walking import (
    answers_taken,
    asked_pages,
    asked_questions,
    missing_question,
    next_question,
)
from tests.fuzzing import fuzzed
from tests.pledges.domain.survey.questionnaires import SMALL, walks

REAL = current_questionnaire()
LITTLE = load(SMALL, name="2026-9")


@pytest.mark.parametrize("questionnaire", [REAL, LITTLE], ids=["the real one", "a small one"])
@fuzzed(40)
@given(data=st.data())
def test_every_walk_ends_complete(questionnaire, data: st.DataObject) -> None:
    """Whatever is chosen, the questions run out, none is asked twice, and no closed one is left."""
    answers = data.draw(walks(questionnaire))
    assert missing_question(questionnaire, answers) is None
    assert [one.id for one in asked_questions(questionnaire, answers)] == list(answers)


@fuzzed(40)
@given(data=st.data())
def test_what_an_abandoned_branch_says_is_not_counted(data: st.DataObject) -> None:
    """Somebody goes back, decides otherwise and goes on: what counts is what a straight walk would have said."""
    before = data.draw(walks(REAL))
    decider = data.draw(st.sampled_from(["don", "placement"]))
    other = data.draw(st.sampled_from([option.id for option in REAL.question(decider).options]))
    after = data.draw(walks(REAL, {**before, decider: (other,)}))
    taken = answers_taken(REAL, after)
    assert set(taken) <= {one.id for one in asked_questions(REAL, taken)}
    assert missing_question(REAL, taken) is None
    assert answers_taken(REAL, taken) == taken


def test_a_branch_is_asked_of_those_whom_it_concerns() -> None:
    """Who does not give is not asked how much; who will not invest is asked why, and nothing about risk."""
    asked = {one.id for one in asked_questions(REAL, {"don": ("non",), "placement": ("non",)})}
    assert "freins" in asked
    assert not asked & {"don_montant", "placement_formes", "risque_accepte"}
    assert "freins" not in {page.id for page in asked_pages(REAL, {"placement": ("oui",)})}


def test_a_branch_of_a_branch_closes_with_it() -> None:
    """A condition holds only while its own question is asked."""
    deeper = '\nid = "mot"\nkind = "free_text"\nshown_if = { question = "quand", any_of = ["tot"] }'
    nested = load(SMALL.replace('\nid = "mot"\nkind = "free_text"', deeper), name="2026-9")
    answers = {"aime": ("oui",), "quand": ("tot",)}
    assert "mot" in {one.id for one in asked_questions(nested, answers)}
    assert "mot" not in {one.id for one in asked_questions(nested, {**answers, "aime": ("non",)})}


def test_a_free_text_may_stay_empty() -> None:
    """It is seen once, and nothing is missing without it."""
    answers = {"aime": ("non",), "ou": (SKIP,)}
    assert missing_question(LITTLE, answers) is None
    assert next_question(LITTLE, answers) == LITTLE.question("mot")
    assert next_question(LITTLE, {**answers, "mot": ()}) is None


REFUSED = {
    "nothing": ("aime", [], AnswerMissing),
    "an empty value": ("aime", [""], AnswerMissing),
    "no option": ("aime", ["peut-être"], AnswerUnknown),
    "an option of another question": ("aime", ["pain"], AnswerUnknown),
    "two of one": ("aime", ["oui", "non"], TooManyChoices),
    "alone with others": ("quoi", ["pain", "rien"], ChoicesExcludeEachOther),
    "the national lane": ("ou", ["00"], AnswerUnknown),
    "a text too long": ("mot", ["é" * (MOST_CHARACTERS + 1)], TextTooLong),
    "a null character": ("mot", ["a\0b"], TextUnreadable),
    "half a character": ("mot", ["\ud800"], TextUnreadable),
    "two texts": ("mot", ["un", "deux"], TooManyChoices),
}


@pytest.mark.parametrize(("question", "given_answer", "refusal"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_the_question_does_not_take_is_refused(question, given_answer, refusal) -> None:
    """By name, with a sentence for the person."""
    with pytest.raises(refusal):
        read_answer(LITTLE.question(question), given_answer)


def test_more_choices_than_allowed_are_refused() -> None:
    """« Trois réponses au plus » is meant."""
    with pytest.raises(TooManyChoices, match="Choisissez 3 réponses au plus"):
        read_answer(REAL.question("buts"), ["imprevus", "projet", "retraite", "revenus"])


@fuzzed(60)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=6), st.sampled_from(["oui", "pain", "vin", "rien", "64", "2A", "10", SKIP])
        )
    )
)
def test_an_answer_is_read_in_its_stored_form_or_refused(sent: list[str]) -> None:
    """In the question's order, each option once; reading it again changes nothing."""
    for question in LITTLE.questions:
        try:
            answer = read_answer(question, sent)
        except SurveyRefused:
            continue
        assert read_answer(question, answer) == answer
        assert not question.is_closed or 1 <= len(answer) <= question.most_choices


def test_a_text_is_kept_as_typed_but_for_its_edges() -> None:
    """Browsers send line ends of two characters: they are one."""
    assert read_answer(LITTLE.question("mot"), [" Du temps,\r\net du lien. "]) == ("Du temps,\net du lien.",)
