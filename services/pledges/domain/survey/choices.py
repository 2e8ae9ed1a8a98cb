"""The options of a question, from its file: written out, or made from a scale, brackets of amounts, or the registry."""

from itertools import pairwise

from services.pledges.domain.refusals import typeset
from services.pledges.domain.survey.questionnaire import SKIP, Kind, Option
from services.pledges.domain.survey.reading import Table
from shared.values import territories


def read_options(table: Table, kind: Kind) -> tuple[Option, ...]:
    """The options of a question of this kind, in order. Raises QuestionnaireInvalid."""
    if kind is Kind.FREE_TEXT:
        return ()
    if kind is Kind.SCALE:
        options = _scale(table.table("scale"))
    elif kind is Kind.AMOUNT:
        options = _brackets(table)
    elif kind is Kind.TERRITORY:
        options = [Option(one.code, f"{one.name} ({one.code})") for one in territories()]
    else:
        options = [_option(one) for one in table.tables("options", least=2, most=30)]
    if table.has("skip"):
        options.append(Option(SKIP, table.text("skip", most=100), stands_alone=True))
    if len({option.id for option in options}) < len(options):
        table.refuse("deux réponses ont le même identifiant")
    if len({option.text for option in options}) < len(options):
        table.refuse("deux réponses ont le même texte")
    return tuple(options)


def _option(table: Table) -> Option:
    option = Option(
        table.id(),
        table.text("text", most=200),
        table.optional_text("hint"),
        stands_alone=table.flag("alone"),
    )
    table.close()
    return option


def _scale(table: Table) -> list[Option]:
    first, last = table.number("from", least=0, most=1), table.number("to", least=3, most=10)
    ends = {first: table.text("low", most=60), last: table.text("high", most=60)}
    table.close()
    return [
        Option(str(step), f"{step}, {ends[step]}" if step in ends else str(step))
        for step in range(first, last + 1)
    ]


def _brackets(table: Table) -> list[Option]:
    """Brackets from amounts in euros: each from one to just below the next, the last one open."""
    euros = table.numbers("brackets", least=0, most=10_000_000)
    if euros[0]:
        table.refuse("« brackets » doit commencer à 0 : toute somme a sa tranche")
    grouped = [f"{amount:,}".replace(",", "\u202f") for amount in euros]
    texts = [
        f"De {low} € à moins de {high} €" if amount else f"Moins de {high} €"
        for amount, (low, high) in zip(euros, pairwise(grouped), strict=False)
    ]
    texts.append(f"{grouped[-1]} € ou plus")
    return [
        Option(str(amount), typeset(text), least_minor=amount * 100)
        for amount, text in zip(euros, texts, strict=True)
    ]
