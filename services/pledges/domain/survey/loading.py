"""Loads the questionnaires: each version a file (TOML 1.0), read once and checked whole, so that every way through
it ends and every answer can be counted."""

import re
import tomllib
from functools import cache
from importlib import resources

from services.pledges.domain.survey.choices import read_options
from services.pledges.domain.survey.questionnaire import (
    Condition,
    Consent,
    Kind,
    Offer,
    Page,
    Question,
    Questionnaire,
)
from services.pledges.domain.survey.reading import Table
from services.pledges.domain.survey.refusals import QuestionnaireInvalid

FAMILIES = ("grant", "investment")
_VERSION = re.compile(r"\d{4}-\d{1,2}")


@cache
def questionnaires() -> dict[str, Questionnaire]:
    """Every version, by its name, the oldest first. Raises QuestionnaireInvalid."""
    folder = resources.files("services.pledges.domain.survey").joinpath("questionnaires")
    loaded = [
        load(file.read_text(encoding="utf-8"), name=file.name.removesuffix(".toml"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return {one.version: one for one in sorted(loaded, key=lambda one: _ranked(one.version))}


def current_questionnaire() -> Questionnaire:
    """The version that new answers begin under: the newest."""
    return list(questionnaires().values())[-1]


def load(content: str, *, name: str) -> Questionnaire:
    """The questionnaire of a file's content. Raises QuestionnaireInvalid; `name` must be its version."""
    try:
        table = Table(tomllib.loads(content), where=name)
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireInvalid(name, f"ce fichier n’est pas du TOML ({error})") from None
    if not _VERSION.fullmatch(name) or table.text("version") != name:
        table.refuse("« version » doit être le nom du fichier, par exemple 2026-1")
    title, introduction = table.text("title"), table.texts("introduction", most=1_000)
    consent = _consent(table.table("consent"))
    pages: list[Page] = []
    questions: dict[str, Question] = {}
    for part in table.tables("pages", least=1, most=40):
        page = Page(part.id(), part.text("title", most=100))
        if page.id in {one.id for one in pages}:
            part.refuse(f"la page « {page.id} » est déjà là")
        pages.append(page)
        _add_questions(questions, part, page=page.id)
        part.close()
    offers = tuple(_offer(one, questions) for one in table.tables("offers", least=0, most=10))
    table.close()
    if sum(one.kind is Kind.TERRITORY for one in questions.values()) > 1:
        table.refuse("une seule question peut demander le territoire")
    return Questionnaire(name, title, introduction, consent, tuple(pages), tuple(questions.values()), offers)


def _consent(table: Table) -> Consent:
    consent = Consent(
        version=table.text("version", most=40),
        sentences=table.texts("sentences", most=1_000),
        agreement=table.text("agreement"),
        unfinished_days=table.number("unfinished_days", least=1, most=366),
        finished_days=table.number("finished_days", least=1, most=3_660),
    )
    table.close()
    return consent


def _add_questions(questions: dict[str, Question], part: Table, *, page: str) -> None:
    """Add the questions of a page. They decide of later pages only: a page is sent whole, without a script."""
    added: dict[str, Question] = {}
    for table in part.tables("questions", least=1, most=8):
        question = _question(table, page=page, earlier=questions)
        if question.id in questions or question.id in added:
            table.refuse(f"la question « {question.id} » est déjà là")
        added[question.id] = question
    questions.update(added)


def _question(table: Table, *, page: str, earlier: dict[str, Question]) -> Question:
    id, kind = table.id(), _kind(table)
    text, hint = table.text("text"), table.optional_text("hint", most=500)
    options = read_options(table, kind)
    most = 1
    if kind is Kind.SEVERAL_CHOICES:
        most = table.number("most", least=2, most=len(options)) if table.has("most") else len(options)
    condition = _condition(table.table("shown_if"), earlier) if table.has("shown_if") else None
    table.close()
    if kind is Kind.TERRITORY and condition is not None:
        table.refuse("le territoire se demande à tout le monde : les réponses sont comptées par territoire")
    return Question(id, page, kind, text, hint, options, most, condition)


def _kind(table: Table) -> Kind:
    named = table.text("kind")
    if named not in {kind.value for kind in Kind}:
        table.refuse(f"« kind » doit être l’un de {', '.join(Kind)}")
    return Kind(named)


def _condition(table: Table, earlier: dict[str, Question]) -> Condition:
    decider, any_of = earlier.get(table.id("question")), frozenset(table.ids("any_of"))
    table.close()
    if decider is None:
        table.refuse("la question qui décide doit être posée sur une page précédente")
    assert decider is not None
    if not decider.takes_one or decider.kind is Kind.TERRITORY:
        table.refuse(f"« {decider.id} » ne peut pas décider : il faut une question à une seule réponse")
    if not any_of < {option.id for option in decider.options}:
        table.refuse(f"« any_of » doit nommer une partie des réponses de « {decider.id} »")
    return Condition(decider.id, any_of)


def _offer(table: Table, questions: dict[str, Question]) -> Offer:
    family, amount = table.text("family"), questions.get(table.id("amount"))
    is_crossed = table.has("horizon")
    horizon = questions.get(table.id("horizon")) if is_crossed else None
    table.close()
    if family not in FAMILIES:
        table.refuse(f"« family » doit être l’un de {', '.join(FAMILIES)}")
    if amount is None or amount.kind is not Kind.AMOUNT:
        table.refuse("« amount » doit nommer une question de montant")
    assert amount is not None
    if is_crossed and (horizon is None or not horizon.takes_one or horizon.shown_if != amount.shown_if):
        table.refuse(
            "« horizon » doit nommer une question à une réponse, posée aux mêmes personnes que le montant"
        )
    return Offer(family, amount.id, horizon.id if horizon else None)


def _ranked(version: str) -> tuple[int, int]:
    year, _, number = version.partition("-")
    return int(year), int(number)
