"""A questionnaire: its pages, questions, options and branches. `loading` makes one out of its file, and checks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SKIP = "sans_reponse"
"""The option of a closed question for whoever would rather not say."""

MOST_CHARACTERS = 2_000
"""Of a free text: a page of handwriting. What is longer is a letter, and belongs in one."""

Answers = Mapping[str, tuple[str, ...]]
"""By question: the ids of the chosen options; of a free text, the text itself, or nothing when it was left empty."""


class Kind(StrEnum):
    """What a question asks for."""

    ONE_CHOICE = "one_choice"
    SEVERAL_CHOICES = "several_choices"
    SCALE = "scale"
    AMOUNT = "amount"
    TERRITORY = "territory"
    FREE_TEXT = "free_text"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen. `stands_alone`: not together with others. Of a bracket, the least it holds."""

    id: str
    text: str
    hint: str = ""
    stands_alone: bool = False
    least_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is shown if an earlier one was answered with one of these options.

    The earlier one takes one option only: so those who were asked are a sum of counted groups, and no subtraction
    tells more of them than what is shown (`publishing`).
    """

    question: str
    any_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Closed ones are always answered; whoever would rather not has the option `SKIP`."""

    id: str
    page: str
    kind: Kind
    text: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    most_choices: int = 1
    shown_if: Condition | None = None

    @property
    def is_closed(self) -> bool:
        return self.kind is not Kind.FREE_TEXT

    @property
    def takes_one(self) -> bool:
        """Whether its answer is one option: then its options divide those who answered into groups."""
        return self.is_closed and self.kind is not Kind.SEVERAL_CHOICES

    def option(self, id: str) -> Option:
        """Raises StopIteration for none of this question."""
        return next(option for option in self.options if option.id == id)


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that are asked together."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agrees to before the first question (RGPD art. 6 and 7), and for how long answers are kept."""

    version: str
    sentences: tuple[str, ...]
    agreement: str
    unfinished_days: int
    finished_days: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The questions that say what a saver would bring: a family of money, its bracket and its horizon."""

    family: str
    amount: str
    horizon: str | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version. It never changes once answers began under it: a change is a new version beside it."""

    version: str
    title: str
    introduction: tuple[str, ...]
    consent: Consent
    pages: tuple[Page, ...]
    questions: tuple[Question, ...]
    offers: tuple[Offer, ...] = ()
    _by_id: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {question.id: question for question in self.questions})

    def question(self, id: str) -> Question:
        """Raises KeyError for none of this version."""
        return self._by_id[id]

    @property
    def territory_question(self) -> Question | None:
        """The question that says where a person lives, when there is one."""
        return next((one for one in self.questions if one.kind is Kind.TERRITORY), None)
