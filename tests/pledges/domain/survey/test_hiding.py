"""No group of fewer than ten is shown, and none can be computed from what is: tried on tables and on whole surveys."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.survey.hiding import Choices, rows_shown, shown_together, withheld
from services.pledges.domain.survey.loading import current_questionnaire, load
from services.pledges.domain.survey.publishing import Results, Table, check_apart, publishable
from services.pledges.domain.survey.questionnaire import SKIP, Kind, Option, Questionnaire
from services.pledges.domain.survey.refusals import TooCloseToTheLast
from services.pledges.domain.survey.tallying import Cell, cells_of, territories_of
from services.pledges.domain.survey.walking import answers_taken
from shared.values import NATIONAL
from tests.fuzzing import fuzzed
from tests.pledges.domain.spans import Span
from tests.pledges.domain.survey.questionnaires import SMALL, walks


def _few_places(questionnaire: Questionnaire) -> Questionnaire:
    """The same survey in three territories, so that some have enough answers."""
    questions = [
        replace(one, options=tuple(Option(code, code) for code in ("01", "2A", "64")) + one.options[-1:])
        if one.kind is Kind.TERRITORY
        else one
        for one in questionnaire.questions
    ]
    return replace(questionnaire, questions=tuple(questions))


SKIPPED = SMALL.replace("alone = true },\n]", 'alone = true },\n]\nskip = "Je ne sais pas"')
LITTLE = _few_places(load(SKIPPED, name="2026-9"))
REAL = _few_places(current_questionnaire())


def test_groups_of_ten_are_shown_as_they_are() -> None:
    """Nothing is hidden that need not be."""
    assert shown_together({"a": 10, "b": 11}) == (("a",), ("b",))


def test_a_small_group_is_joined_by_the_next() -> None:
    """Alone it would be the total less the others."""
    assert shown_together({"a": 50, "b": 9, "c": 60, "d": 70}) == (("a",), ("d",), ("b", "c"))
    assert shown_together({"a": 50, "b": 60, "c": 9}) == (("b",), ("a", "c"))


def test_small_groups_are_joined_by_a_larger_one() -> None:
    """9 and 9 shown as 18 would tell both to whoever knows that each is below ten."""
    assert shown_together({"a": 9, "b": 50, "c": 9, "d": 60}) == (("d",), ("a", "b", "c"))
    assert shown_together({"a": 0, "b": 10, "c": 50, "d": 60}) == (("d",), ("a", "b", "c"))


def test_a_group_of_nobody_is_a_small_one() -> None:
    """That nobody chose something is told of everybody: it is not shown either."""
    assert shown_together({"a": 0, "b": 50, "c": 60}) == (("c",), ("a", "b"))


@pytest.mark.parametrize(("groups", "least", "top"), [(2, 5, 30), (3, 4, 20), (4, 3, 14), (5, 2, 8)])
def test_no_small_group_has_but_one_possible_number(groups: int, least: int, top: int) -> None:
    """Every table of so many persons: whoever knows the rule and what is shown has several numbers to choose from."""
    possible: dict[object, list[set[int]]] = defaultdict(lambda: [set() for _ in range(groups)])
    tables = [numbers for numbers in product(range(top + 1), repeat=groups) if least <= sum(numbers) <= top]
    for numbers in tables:
        for place, number in enumerate(numbers):
            possible[_shown(numbers, least)][place].add(number)
    for numbers in tables:
        for place, number in enumerate(numbers):
            assert number >= least or len(possible[_shown(numbers, least)][place]) > 1, numbers


def _shown(numbers: tuple[int, ...], least: int) -> object:
    counts = {str(place): number for place, number in enumerate(numbers)}
    return sum(numbers), tuple(
        (group, sum(counts[one] for one in group)) for group in shown_together(counts, least=least)
    )


@pytest.mark.parametrize(("rows", "columns", "least", "top"), [(3, 2, 2, 5), (4, 1, 3, 14)])
def test_no_small_group_of_a_row_has_but_one_possible_number(
    rows: int, columns: int, least: int, top: int
) -> None:
    """Every table of so many rows and columns, with its totals: the same."""
    possible: dict[object, list[set[int]]] = defaultdict(lambda: [set() for _ in range(rows * columns)])
    tables = [
        numbers
        for numbers in product(range(top + 1), repeat=rows * columns)
        if all(least <= sum(numbers[column::columns]) <= top for column in range(columns))
    ]
    shown = [_shown_rows(numbers, columns, least) for numbers in tables]
    for numbers, told in zip(tables, shown, strict=True):
        for place, number in enumerate(numbers):
            possible[told][place].add(number)
    for numbers, told in zip(tables, shown, strict=True):
        for place, number in enumerate(numbers):
            assert number >= least or len(possible[told][place]) > 1, numbers


def _shown_rows(numbers: tuple[int, ...], columns: int, least: int) -> tuple[tuple[int, ...], object]:
    rows = {str(start): numbers[start : start + columns] for start in range(0, len(numbers), columns)}
    totals = tuple(sum(column) for column in zip(*rows.values(), strict=True))
    return totals, tuple((row, rows[row]) for row in rows_shown(rows, rows, least=least))


def test_an_option_that_nearly_all_chose_is_withheld_too() -> None:
    """Else those who did not choose it would be the total less those who did."""
    assert withheld(Choices({"a": 95, "b": 50, "c": 50}, 100)) == {"a", "b"}
    assert withheld(Choices({"a": 50, "b": 3, "c": 40, "d": 50}, 100)) == {"b", "c"}
    assert withheld(Choices({"a": 50, "b": 90}, 100)) == set()


def test_who_would_rather_not_say_is_not_among_those_who_did_not_choose() -> None:
    """200 answered and 100 of them chose nothing: of the others only three are not among the 97 who chose the first."""
    said = {"a": 97, "b": 40, "c": 30, "skip": 100}
    assert withheld(Choices(said, 200, alone=frozenset({"skip"}))) == {"a", "b"}
    assert withheld(Choices({**said, "a": 90}, 200, alone=frozenset({"skip"}))) == set()


def test_that_a_few_chose_two_is_not_told() -> None:
    """Choices beyond one per person are those of the few who made several; so are those that were not made."""
    assert withheld(Choices({"a": 53, "b": 50}, 100)) == {"a", "b"}
    assert withheld(Choices({"a": 60, "b": 60, "c": 60}, 91, most=2)) == {"a", "b"}
    assert withheld(Choices({"a": 60, "b": 50}, 100)) == set()


SHAPES = [(2, 1, 2), (2, 2, 2), (3, 1, 2), (3, 1, 3), (3, 2, 2)]
"""Options that go with others, options that do not, and how many of the first may be chosen."""


@fuzzed(150)
@given(shape=st.sampled_from(SHAPES), data=st.data())
def test_no_small_group_can_be_computed_from_choices(
    shape: tuple[int, int, int], data: st.DataObject
) -> None:
    """Whoever chose this and not that: no set of persons whatever."""
    together, alone, most = shape
    options = [str(one) for one in range(together + alone)]
    ways = [
        frozenset(way) for many in range(1, most + 1) for way in combinations(options[:together], many)
    ] + [frozenset({one}) for one in options[together:]]
    crowd = [data.draw(st.sampled_from([0, 1, 5, 9, 10, 11, 40, 100])) for _ in ways]
    sums = {option: [int(option in way) for way in ways] for option in options}
    counts = {option: _persons(sums[option], crowd) for option in options}
    hidden = withheld(Choices(counts, sum(crowd), frozenset(options[together:]), most), least=10)
    span = Span()
    for row in ([1] * len(ways), *(sums[option] for option in options if option not in hidden)):
        span.add(row)
    for target in product((0, 1), repeat=len(ways)):
        if any(target) and not all(target):
            assert _persons(target, crowd) >= 10 or not span.holds(list(target)), (target, hidden)


def _persons(group: Sequence[int], crowd: Sequence[int]) -> int:
    return sum(one * many for one, many in zip(group, crowd, strict=True))


def test_with_too_few_answers_nothing_is_shown() -> None:
    """Not even how many there are."""
    answers = {"aime": ("non",), "ou": ("64",)}
    counts = Counter(cell for _ in range(9) for cell in cells_of(LITTLE, answers))
    assert publishable(LITTLE, counts) == Results(0, {}, ())


def _counted(*crowd: tuple[int, dict[str, str]]) -> Counter[Cell]:
    """The counts of so many persons who answered so; `quoi` may be several words."""
    counts: Counter[Cell] = Counter()
    for persons, said in crowd:
        answers = {question: tuple(words.split()) for question, words in said.items()}
        counts.update(dict.fromkeys(cells_of(LITTLE, answers), persons))
    return counts


def test_a_territory_where_nearly_all_chose_an_option_is_withheld() -> None:
    """There, those who did not are a small group: those who answered less those who chose."""
    yes = {"aime": "oui", "combien": "10", "quand": "tot"}
    places = ("01", "2A", "64")
    crowd = [(40, {"aime": aime, "ou": place}) for place in (*places, SKIP) for aime in ("non", SKIP)]
    crowd += [
        (40, {**yes, "quoi": quoi, "ou": place})
        for place in ("01", "64", SKIP)
        for quoi in ("pain", "vin", "pain vin")
    ]
    crowd += [(40, {**yes, "quoi": "pain vin", "ou": "2A"}), (3, {**yes, "quoi": "pain", "ou": "2A"})]
    results = publishable(LITTLE, _counted(*crowd))
    assert "2A" in results.by_territory
    assert set(results.of("quoi").by_territory) == {"00", "01"}


def test_amounts_are_shown_for_horizons_that_are_shown() -> None:
    """A horizon that was joined with a small one would tell how many that one has."""
    crowd = [
        (persons, {"aime": "oui", "quoi": "pain", "combien": how_much, "quand": when, "ou": "64"})
        for when, persons in (("tot", 40), ("tard", 40), ("jamais", 5))
        for how_much in ("0", "10", "100")
    ]
    others = [(40, {"aime": aime, "ou": "64"}) for aime in ("non", SKIP)]
    results = publishable(LITTLE, _counted(*crowd[:-2], *others))
    assert [figure.options for figure in results.of("quand").total.figures] == [("tard",), ("tot", "jamais")]
    assert set(results.of("combien").by_horizon) == {"tard"}


def _everywhere(persons: int, *places: str, aime: Sequence[str] = ("oui", "non", SKIP)) -> Counter[Cell]:
    """So many persons of each answer in each of these places."""
    more = {"quoi": "pain", "combien": "10", "quand": "tot"}
    said = [{"aime": one, "ou": place, **(more if one == "oui" else {})} for one in aime for place in places]
    return _counted(*((persons, one) for one in said))


FIRST = _everywhere(40, "01", "2A", "64", SKIP)


def test_a_territory_that_one_person_joined_is_not_shown_again() -> None:
    """Its older figures taken from the newer ones would be that person's answers."""
    later = FIRST + _everywhere(33, "01", "2A", SKIP) + _everywhere(1, "64", aime=["oui"])
    assert "64" in publishable(LITTLE, FIRST).by_territory
    assert "64" in publishable(LITTLE, later).by_territory
    beside = publishable(LITTLE, later, earlier=[FIRST])
    assert set(beside.by_territory) == set(beside.of("aime").by_territory) == {"01", "2A"}


def test_a_territory_where_one_came_and_one_left_is_not_shown_again() -> None:
    """As many persons, and yet its tables would tell both."""
    later = FIRST + _everywhere(33, "01", "2A", SKIP) + _everywhere(1, "64", aime=["oui"])
    later.subtract(_everywhere(1, "64", aime=["non"]))
    assert "64" not in publishable(LITTLE, later, earlier=[FIRST]).by_territory


def test_an_answer_that_a_few_more_gave_is_joined_by_another() -> None:
    """Where many came, but for it."""
    later = (
        FIRST
        + _everywhere(33, "01", "2A", "64", SKIP, aime=["oui", "non"])
        + _everywhere(1, "64", aime=[SKIP])
    )
    table = publishable(LITTLE, later, earlier=[FIRST]).of("aime").total
    assert [figure.options for figure in table.figures] == [("non",), ("oui", SKIP)]


def test_a_question_asked_of_few_more_is_not_shown_again() -> None:
    """Its figures hang on the answer that decides."""
    later = FIRST + _everywhere(33, "01", "2A", "64", SKIP, aime=["non", SKIP])
    assert publishable(LITTLE, later).of("combien").total is not None
    assert publishable(LITTLE, later, earlier=[FIRST]).of("combien").total is None


def test_every_earlier_restitution_counts_not_only_the_last() -> None:
    """What came with the second and left before the third makes the third nearly the first."""
    second = FIRST + _everywhere(40, "01", "2A", "64", SKIP)
    third = FIRST + _everywhere(80, "01", "2A", SKIP) + _everywhere(1, "64", aime=["oui"])
    assert "64" not in publishable(LITTLE, third, earlier=[FIRST, second]).by_territory
    with pytest.raises(TooCloseToTheLast):
        check_apart(1_050, [1_000, 2_000])


def test_the_same_counts_again_are_shown_as_they_were() -> None:
    """New words may be published beside them."""
    second = FIRST + _everywhere(33, "01", "2A", SKIP) + _everywhere(1, "64", aime=["oui"])
    shown = publishable(LITTLE, second, earlier=[FIRST])
    assert publishable(LITTLE, second, earlier=[FIRST, second, second]) == shown
    assert publishable(LITTLE, FIRST, earlier=[FIRST]) == publishable(LITTLE, FIRST)


def _atoms(questionnaire: Questionnaire) -> list[dict[str, tuple[str, ...]]]:
    """Every way to answer a small survey: what a person can be."""
    ways: dict[frozenset[tuple[str, tuple[str, ...]]], dict[str, tuple[str, ...]]] = {}
    for chosen in product(*[list(_answers(one)) for one in questionnaire.questions if one.is_closed]):
        closed = [one.id for one in questionnaire.questions if one.is_closed]
        taken = answers_taken(questionnaire, dict(zip(closed, chosen, strict=True)))
        ways[frozenset(taken.items())] = taken
    return list(ways.values())


def _answers(question) -> Iterator[tuple[str, ...]]:
    yield from ((option.id,) for option in question.options)
    if question.kind is Kind.SEVERAL_CHOICES:
        yield ("pain", "vin")


ATOMS = _atoms(LITTLE)
"""Each atom's count is an unknown; whatever is published is a sum of atoms."""
CELLS = [frozenset(cells_of(LITTLE, atom)) for atom in ATOMS]


def _sum_of(*cells: Cell) -> list[int]:
    """Which atoms are in one of these cells."""
    return [int(not atom.isdisjoint(cells)) for atom in CELLS]


def _published(results: Results) -> Iterator[list[int]]:
    """The sums of atoms that a restitution tells: its figures, and all that is said beside them."""
    places = territories_of(LITTLE)
    yield _sum_of(*[Cell(place) for place in places])
    yield from (_sum_of(Cell(place)) for place in results.by_territory)
    for result in results.questions:
        id = result.question.id
        tables: list[tuple[Table, tuple[str, ...]]] = [(result.total, places)] if result.total else []
        tables += [(table, (place,)) for place, table in result.by_territory.items()]
        for table, where in tables:
            yield _sum_of(*[Cell(place, id) for place in where])
            for figure in table.figures:
                yield _sum_of(*[Cell(place, id, one) for place in where for one in figure.options])
        for when, table in result.by_horizon.items():
            for figure in table.figures:
                yield _sum_of(*[Cell(place, id, one, when) for place in places for one in figure.options])


def _targets() -> Iterator[list[int]]:
    """The groups that no reader may count when they are small: of an option and of its contrary, in each territory,
    in total and at each horizon."""
    places = territories_of(LITTLE)
    for where in [*((place,) for place in places), places]:
        yield _sum_of(*[Cell(place) for place in where])
        for question in LITTLE.questions:
            if question.is_closed and question != LITTLE.territory_question:
                everybody = _sum_of(*[Cell(place, question.id) for place in where])
                yield everybody
                for option in question.options:
                    chose = _sum_of(*[Cell(place, question.id, option.id) for place in where])
                    yield chose
                    yield [whole - part for whole, part in zip(everybody, chose, strict=True)]
        yield from _choosers(where)
    for when, how_much in product(LITTLE.question("quand").options, LITTLE.question("combien").options):
        yield _sum_of(*[Cell(place, "combien", how_much.id, when.id) for place in places])


def _choosers(where: tuple[str, ...]) -> Iterator[list[int]]:
    """Those who chose both, only one, or any of what goes together; with those who chose one thing alone, or not."""
    there = [[atom.get("quoi"), atom.get("ou", (SKIP,))[0]] for atom in ATOMS]
    said = sorted({what for what, _ in there if what})
    codes = [SKIP if place == NATIONAL else place for place in where]
    for many in range(1, len(said)):
        for group in combinations(said, many):
            yield [int(what in group and place in codes) for what, place in there]


TARGETS = list(_targets())


@st.composite
def _crowds(draw: st.DrawFn) -> list[int]:
    """How many persons each atom has: about as many everywhere, or few, but for some groups that are small."""
    most = draw(st.sampled_from([1, 15, 15, 15, 40]))
    crowd = [draw(st.integers(most * 2 // 3, most)) for _ in ATOMS]
    for target in draw(st.lists(st.sampled_from(TARGETS), max_size=4)):
        members = [atom for atom, is_in in enumerate(target) if is_in]
        for atom in members:
            crowd[atom] = 0
        crowd[draw(st.sampled_from(members))] = draw(st.sampled_from([0, 1, 9, 10, 11]))
    return crowd


def _counts_of(crowd: Sequence[int]) -> Counter[Cell]:
    counts: Counter[Cell] = Counter()
    for atom, persons in zip(CELLS, crowd, strict=True):
        counts.update(dict.fromkeys(atom, persons))
    return counts


def _told(results: Results) -> Span:
    """All that can be computed from a restitution."""
    span = Span()
    for row in _published(results) if results.responses else ():
        span.add(row)
    return span


@st.composite
def _histories(draw: st.DrawFn) -> list[list[int]]:
    """Three crowds: many come in between, or few of some group, and some leave."""
    crowds = [draw(_crowds())]
    for _ in range(2):
        came = draw(_crowds())
        for atom in draw(st.lists(st.sampled_from(range(len(ATOMS))), max_size=3)):
            came[atom] = -draw(st.sampled_from([1, 5, 20]))
        came = [-one for one in came] if draw(st.integers(0, 4)) == 0 else came
        crowds.append([max(0, one + more) for one, more in zip(crowds[-1], came, strict=True)])
    return crowds


@fuzzed(30)
@given(crowds=_histories())
def test_no_small_group_can_be_computed_from_two_restitutions(crowds: list[list[int]]) -> None:
    """One less another, whichever: what both tell has moved by ten persons or more.

    What is computed of the difference is computed of both: their persons are unknowns apart.
    """
    told: list[tuple[list[int], Span]] = []
    earlier: list[Counter[Cell]] = []
    for crowd in crowds:
        counts = _counts_of(crowd)
        if counts not in earlier:  # the same again is refused, or the same words about the same figures
            told.append((crowd, _told(publishable(LITTLE, counts, earlier=earlier))))
            earlier.append(counts)
    for (crowd, span), (later, later_span) in combinations(told, 2):
        for target in TARGETS:
            if abs(_persons(target, later) - _persons(target, crowd)) < 10:
                assert not (span.holds(target) and later_span.holds(target))


@fuzzed(60)
@given(crowd=_crowds())
def test_no_small_group_can_be_computed_from_a_restitution(crowd: list[int]) -> None:
    """Whatever is added and subtracted, over questions, branches, territories and horizons: never a group below ten."""
    span = _told(publishable(LITTLE, _counts_of(crowd)))
    for target in TARGETS:
        assert _persons(target, crowd) >= 10 or not span.holds(target)


@fuzzed(10)
@given(data=st.data())
def test_every_figure_of_the_real_survey_is_of_ten_or_more(data: st.DataObject) -> None:
    """And it is the number of those who chose one of its options; in each territory that is shown too."""
    answered = [data.draw(walks(REAL)) for _ in range(12)]
    weights = [data.draw(st.integers(1, 30)) for _ in answered]
    counts: Counter[Cell] = Counter()
    for answers, persons in zip(answered, weights, strict=True):
        counts.update(dict.fromkeys(cells_of(REAL, answers), persons))
    results = publishable(REAL, counts)
    assert results.responses == sum(weights)
    for result in results.questions:
        for place, table in [("", result.total), *result.by_territory.items()]:
            for figure in table.figures if table else ():
                assert figure.responses >= 10
                places = [place] if place else territories_of(REAL)
                cells = [Cell(one, result.question.id, id) for one in places for id in figure.options]
                assert figure.responses == sum(counts[cell] for cell in cells)
