"""What of the counts may be published: each question's table, in total, by territory and by horizon.

Tables lean on one another: a question that only some were asked has their number for its total, which is a sum of
groups of the question that decided. So it is shown only where those groups are shown, and in territories where that
question's own table is. Then every table divides a group that is shown already, and the rule of `hiding` for one table
holds for all: no figure, and no difference of figures, is of fewer than ten persons.

Restitutions lean on one another too: one less another tells of the persons in between, wherever both show the same.
So a new one shows only what may be shown of all persons and of those in between, for each one before it (`_layers`).
Whatever the others showed, their difference then tells of ten persons or more, or of nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from services.pledges.domain.survey.hiding import LEAST, Choices, rows_shown, shown_together, withheld
from services.pledges.domain.survey.questionnaire import Question, Questionnaire
from services.pledges.domain.survey.refusals import TooCloseToTheLast, TooFewResponses
from services.pledges.domain.survey.tallying import Cell, territories_of

Counts = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """How many chose one of these options; one figure for several options where one alone would be too small."""

    options: tuple[str, ...]
    responses: int


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one question among those who answered it. `withheld`: options that are too small to be shown."""

    answered: int
    figures: tuple[Figure, ...]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown of a question: `total` is None where too few answered; `by_horizon` of an offered amount."""

    question: Question
    total: Table | None = None
    by_territory: Mapping[str, Table] = field(default_factory=dict)
    by_horizon: Mapping[str, Table] = field(default_factory=dict)
    horizon: Question | None = None

    @property
    def horizons(self) -> list[tuple[str, str]]:
        """The horizons whose amounts are shown: their ids and words."""
        options = self.horizon.options if self.horizon else ()
        return [(option.id, option.text) for option in options if option.id in self.by_horizon]


@dataclass(frozen=True, slots=True)
class Results:
    """What is shown of a version: how many sent their answers, where, and what they said."""

    responses: int
    by_territory: Mapping[str, int]
    questions: tuple[Result, ...]

    def of(self, question_id: str) -> Result:
        """Raises StopIteration for a question that is not counted."""
        return next(one for one in self.questions if one.question.id == question_id)


def publishable(
    questionnaire: Questionnaire, counts: Counts, *, earlier: Sequence[Counts] = (), least: int = LEAST
) -> Results:
    """What may be shown of these counts. With fewer than `least` answers, or so few since another: nothing.

    `earlier`: the counts behind each restitution of this version, the oldest first. The same counts again are shown as
    they were: beside what was published before that one.
    """
    before = takewhile(lambda one: one != counts, earlier)
    places = territories_of(questionnaire)
    layers = _layers(questionnaire, counts, [*before])
    by_place = [{place: layer.get(Cell(place), 0) for place in places} for layer in layers]
    if any(sum(layer.values()) < least for layer in by_place):
        return Results(0, {}, ())
    shown = [group[0] for group in shown_together(*by_place, least=least) if len(group) == 1]
    results: dict[str, Result] = {}
    for question in questionnaire.questions:
        if question.is_closed and question != questionnaire.territory_question:
            results[question.id] = _result(question, layers, shown, results, places=places, least=least)
    for offer in questionnaire.offers:
        if offer.horizon:
            results[offer.amount] = _crossed(
                results[offer.amount], results[offer.horizon], layers, places=places, least=least
            )
    return Results(
        responses_in(questionnaire, counts),
        {place: by_place[0][place] for place in shown},
        tuple(results.values()),
    )


def responses_in(questionnaire: Questionnaire, counts: Counts) -> int:
    """How many sent their answers."""
    return sum(counts.get(Cell(place), 0) for place in territories_of(questionnaire))


def _layers(questionnaire: Questionnaire, counts: Counts, before: Sequence[Counts]) -> list[Counts]:
    """All persons, then those who came since each earlier count; those who left, where more did.

    A group that moved the other way is below zero, and as small as one that did not move.
    """
    layers = [counts]
    for one in before:
        grown = responses_in(questionnaire, counts) >= responses_in(questionnaire, one)
        more, less = (counts, one) if grown else (one, counts)
        layers.append({cell: more.get(cell, 0) - less.get(cell, 0) for cell in {*more, *less}})
    return layers


def _result(
    question: Question,
    layers: Sequence[Counts],
    shown: list[str],
    earlier: Mapping[str, Result],
    *,
    places: Sequence[str],
    least: int,
) -> Result:
    candidates = shown
    if (condition := question.shown_if) is not None:
        decider = earlier[condition.question]
        if not _is_made_of_figures(condition.any_of, decider.total):
            return Result(question)
        candidates = [place for place in shown if place in decider.by_territory]
    total = _table(question, [_choices(question, layer, places) for layer in layers], least=least)
    if total is None or not total.figures:
        return Result(question, total)
    rows = {place: [_choices(question, layer, [place]) for layer in layers] for place in places}
    columns = {place: _columns(question, total, row) for place, row in rows.items()}
    return Result(
        question,
        total,
        by_territory={
            place: _same_table(total, rows[place][0])
            for place in rows_shown(columns, candidates, least=least)
        },
    )


def _is_made_of_figures(options: frozenset[str], table: Table | None) -> bool:
    """Whether those who chose one of these options are a sum of figures that are shown."""
    figures = table.figures if table else ()
    return options == {
        id for figure in figures if options.issuperset(figure.options) for id in figure.options
    }


def _choices(question: Question, counts: Counts, places: Sequence[str], *, when: str = "") -> Choices:
    """What was chosen in these places; `when`: by those who chose this horizon."""
    chosen = {
        one.id: sum(counts.get(Cell(place, question.id, one.id, when), 0) for place in places)
        for one in question.options
    }
    answered = sum(counts.get(Cell(place, question.id), 0) for place in places)
    alone = frozenset(one.id for one in question.options if one.stands_alone)
    return Choices(chosen, sum(chosen.values()) if when else answered, alone, question.most_choices)


def _table(question: Question, layers: Sequence[Choices], *, least: int) -> Table | None:
    """The table of all who answered; None when they are too few, no figures when they cannot be told apart."""
    choices = layers[0]
    if any(layer.answered < least for layer in layers):
        return None
    if question.takes_one:
        groups = shown_together(*(layer.counts for layer in layers), least=least)
        if len(groups) == 1:
            return Table(choices.answered, (), tuple(choices.counts))
        return _same_table(Table(0, tuple(Figure(group, 0) for group in groups)), choices)
    hidden = withheld(*layers, least=least)
    figures = tuple(Figure((id,), count) for id, count in choices.counts.items() if id not in hidden)
    return Table(choices.answered, figures, tuple(id for id in choices.counts if id in hidden))


def _same_table(total: Table, choices: Choices) -> Table:
    """The table of one row, with the figures of the total."""
    figures = tuple(
        Figure(one.options, sum(choices.counts[id] for id in one.options)) for one in total.figures
    )
    return Table(choices.answered, figures, total.withheld)


def _columns(question: Question, total: Table, layers: Sequence[Choices]) -> list[int]:
    """All groups that a row's tables tell of; where several may be chosen, also those who did not choose one."""
    return [group for layer in layers for group in _groups(question, total, layer)]


def _groups(question: Question, total: Table, choices: Choices) -> list[int]:
    if question.takes_one:
        return [figure.responses for figure in _same_table(total, choices).figures]
    return choices.groups(total.withheld)


def _crossed(
    amount: Result, horizon: Result, layers: Sequence[Counts], *, places: Sequence[str], least: int
) -> Result:
    """The amounts of each horizon, over all territories: by territory too, groups would be too small."""
    if amount.total is None or not amount.total.figures or horizon.total is None:
        return amount
    rows = {
        when.id: [_choices(amount.question, layer, places, when=when.id) for layer in layers]
        for when in horizon.question.options
    }
    columns = {when: _columns(amount.question, amount.total, row) for when, row in rows.items()}
    candidates = [figure.options[0] for figure in horizon.total.figures if len(figure.options) == 1]
    shown = rows_shown(columns, candidates, least=least)
    tables = {when: _same_table(amount.total, rows[when][0]) for when in shown}
    return Result(amount.question, amount.total, amount.by_territory, tables, horizon.question)


APART = 100
"""Answers between two restitutions of a version: what they tell of the persons in between is of so many at least."""


def check_apart(responses: int, earlier: Sequence[int]) -> None:
    """Whether so many answers may be published after restitutions of so many. Raises a SurveyRefused."""
    if responses < LEAST:
        raise TooFewResponses(least=LEAST)
    if any(abs(responses - before) < APART for before in earlier):
        raise TooCloseToTheLast(least=APART)
