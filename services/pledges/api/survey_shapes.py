"""A questionnaire as programs are shown it."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from services.pledges.domain.survey.questionnaire import Kind, Questionnaire


class OptionAnswer(BaseModel):
    """One option. `stands_alone`: not together with others; `least_minor`: of a bracket, in cents."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    text: str
    hint: str
    stands_alone: bool
    least_minor: int | None


class ConditionAnswer(BaseModel):
    """Asked only if an earlier question was answered with one of these."""

    model_config = ConfigDict(from_attributes=True)

    question: str
    any_of: Annotated[list[str], BeforeValidator(sorted)]


class QuestionAnswer(BaseModel):
    """One question, and what its answer may be."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    page: str
    kind: Kind
    text: str
    hint: str
    options: list[OptionAnswer]
    most_choices: int
    shown_if: ConditionAnswer | None


class QuestionnaireAnswer(BaseModel):
    """A version of the survey; `agreement` is what a person agrees to, under `consent_version`."""

    version: str
    title: str
    introduction: list[str]
    consent_version: str
    consent_sentences: list[str]
    agreement: str
    questions: list[QuestionAnswer]


def questionnaire_answer(questionnaire: Questionnaire) -> QuestionnaireAnswer:
    """A version as it is shown."""
    return QuestionnaireAnswer(
        version=questionnaire.version,
        title=questionnaire.title,
        introduction=list(questionnaire.introduction),
        consent_version=questionnaire.consent.version,
        consent_sentences=list(questionnaire.consent.sentences),
        agreement=questionnaire.consent.agreement,
        questions=[QuestionAnswer.model_validate(one) for one in questionnaire.questions],
    )
