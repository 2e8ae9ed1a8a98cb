"""What everybody may see of a roll: no small group, and none that could be found from the others."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.investors import SMALLEST_SHOWN, Disclosure, disclose, public_counts
from shared.values import territories
from tests.fuzzing import fuzzed
from tests.pledges.domain.spans import Span

CODES = [territory.code for territory in territories()]
COUNTS = st.dictionaries(
    st.sampled_from(CODES), st.one_of(st.integers(0, 25), st.integers(0, 10**6)), max_size=12
)


@given(COUNTS)
def test_no_small_group_can_be_found_from_the_total(counts: dict[str, int]) -> None:
    """Either nothing is left out, or ten persons of at least two territories are, or nothing is shown at all."""
    shown = public_counts(counts)
    left_out = [count for code, count in counts.items() if code not in shown and count]
    assert all(count == counts[code] >= SMALLEST_SHOWN for code, count in shown.items())
    assert not shown or not left_out or (len(left_out) > 1 and sum(left_out) >= SMALLEST_SHOWN)


@given(COUNTS)
def test_no_more_is_left_out_than_must_be(counts: dict[str, int]) -> None:
    """At most one territory of ten or more goes along with the small ones."""
    large = {code for code, count in counts.items() if count >= SMALLEST_SHOWN}
    assert len(large - public_counts(counts).keys()) <= 1


def test_a_lone_small_territory_takes_the_next_one_along() -> None:
    """The total less the others would tell it."""
    assert public_counts({"64": 3, "33": 40, "75": 12}) == {"33": 40}
    assert public_counts({"64": 9, "65": 9, "33": 40}) == {"33": 40}
    assert public_counts({"64": 0, "33": 40}) == {"33": 40}


def test_a_total_below_ten_is_not_told() -> None:
    """Ten is."""
    assert [disclose(count, {"64": count}, []).public_total for count in (9, 10)] == [None, 10]


def _drawn(*rolls: tuple[int, dict[str, int]]) -> list[Disclosure]:
    """Rolls as they are disclosed one after the other: each its total and its counts."""
    public: list[Disclosure] = []
    for total, counts in rolls:
        public.append(disclose(total, counts, public))
    return public


def test_a_territory_that_one_person_joined_is_shown_once() -> None:
    """The day drawn again after a late statement would tell that one person; the total would too."""
    first, again = _drawn((102, {"64": 12, "33": 90}), (103, {"64": 13, "33": 90}))
    assert (first.public_total, first.public_counts) == (102, {"33": 90, "64": 12})
    assert (again.public_total, again.public_counts) == (None, {})


def test_a_roll_that_changed_nothing_shows_the_same() -> None:
    """A difference of nobody tells of nobody."""
    first, again = _drawn(*[(102, {"64": 12, "33": 90})] * 2)
    assert again == first


def test_ten_persons_more_are_shown_again() -> None:
    """Beside every earlier roll, not the last only."""
    *_, last = _drawn((102, {"64": 12, "33": 90}), (112, {"64": 22, "33": 90}), (122, {"64": 13, "33": 109}))
    assert last.public_counts == {}
    *_, last = _drawn((102, {"64": 12, "33": 90}), (103, {"64": 13, "33": 90}), (122, {"64": 22, "33": 100}))
    assert last.public_counts == {"64": 22, "33": 100}


def test_that_one_person_gave_for_two_territories_is_not_told() -> None:
    """The sum of all territories less the total; nobody, or ten, may be."""
    shown = [disclose(total, {"64": 50, "33": 50}, []).public_total for total in (100, 99, 91, 90)]
    assert shown == [100, None, None, 90]


def test_what_both_rolls_leave_out_is_not_told_by_their_totals() -> None:
    """One person came where no count is shown: the totals less the counts of both would tell it."""
    first, again = _drawn((120, {"64": 5, "65": 15, "33": 100}), (131, {"64": 6, "65": 15, "33": 110}))
    assert first.public_total == 120
    assert again.public_total is None


PLACES = ("01", "2A", "64", "65")


@st.composite
def _histories(draw: st.DrawFn, *, is_twice: bool) -> list[tuple[dict[str, int], int]]:
    """Three rolls that grow: by territory, and how many entries are beyond one per person."""
    more = st.sampled_from([0, 0, 1, 9, 10, 11, 30])
    counts = {place: draw(st.sampled_from([0, 3, 9, 10, 12, 40])) for place in PLACES}
    twice = draw(more) if is_twice else 0
    rolls = [(counts, twice)]
    for _ in range(2):
        counts = {place: count + draw(more) for place, count in counts.items()}
        twice += draw(more) if is_twice else 0
        rolls.append((counts, twice))
    return [(counts, min(twice, sum(counts.values()) // 2)) for counts, twice in rolls]


@pytest.mark.parametrize("is_twice", [False, True])
@fuzzed(300)
@given(data=st.data())
def test_no_few_persons_can_be_computed_from_rolls(is_twice: bool, data: st.DataObject) -> None:
    """Of any territories together, in one roll or between two; nor how few gave for several of them."""
    rolls = data.draw(_histories(is_twice=is_twice))
    public = _drawn(*((sum(counts.values()) - twice, counts) for counts, twice in rolls))
    numbers = [[*counts.values(), twice] for counts, twice in rolls]
    told = [_told(one, is_twice=is_twice) for one in public]
    for target in _groups(is_twice=is_twice):
        values = [sum(one * many for one, many in zip(target, row, strict=True)) for row in numbers]
        for span, value in zip(told, values, strict=True):
            assert value == 0 or value >= SMALLEST_SHOWN or not span.holds(target)
        for (span, value), (later, after) in combinations(zip(told, values, strict=True), 2):
            apart = abs(after - value)
            assert apart == 0 or apart >= SMALLEST_SHOWN or not (span.holds(target) and later.holds(target))


def _told(roll: Disclosure, *, is_twice: bool) -> Span:
    """Unknown: the count of each territory, and how many entries are beyond one per person, or that none is."""
    span = Span()
    for code in roll.shown:
        span.add([int(code == place) for place in (*PLACES, "")])
    if roll.shows_total:
        span.add([1] * len(PLACES) + [-int(is_twice)])
    if not is_twice:
        span.add([0] * len(PLACES) + [1])
    return span


def _groups(*, is_twice: bool) -> list[list[int]]:
    groups = [[*group, 0] for group in product((0, 1), repeat=len(PLACES)) if any(group)]
    return [*groups, [0] * len(PLACES) + [1], [1] * len(PLACES) + [-1]] if is_twice else groups
