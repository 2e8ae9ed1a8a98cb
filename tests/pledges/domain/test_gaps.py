"""Where a statement is missing, and where one only seems to be."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.gaps import Gap, InOrder, find_gaps


def one(id: int, opening: int, closing: int, *, day: int = 0) -> InOrder:
    return InOrder(UUID(int=id), date(2026, 4, 1) + timedelta(days=day), opening, closing)


def test_the_statements_of_a_day_are_put_in_order_by_their_balances() -> None:
    """A bank that does not number them, or numbers its pages as text: 1, 10, 2."""
    assert find_gaps([one(1, 0, 10), one(10, 20, 30), one(2, 10, 20), one(3, 30, 40, day=1)]) == []


def test_a_missing_statement_of_a_day_is_one_gap() -> None:
    """The one behind it says so."""
    day = [one(4, 30, 40, day=1), one(3, 20, 30, day=1), one(1, 5, 10, day=1)]
    assert find_gaps([one(0, 0, 5), *day]) == [Gap(UUID(int=3), 10, 20)]


def test_a_missing_day_is_one_gap_however_many_statements_the_next_one_has() -> None:
    """Its first one opens at another balance."""
    day = [one(3, 70, 90, day=2), one(2, 50, 70, day=2)]
    assert find_gaps([one(1, 0, 5), *day]) == [Gap(UUID(int=2), 5, 50)]


def test_a_first_day_that_comes_back_to_its_balance_begins_where_it_leads_on() -> None:
    """0 → 5 → 0 or 5 → 0 → 5: the next day tells which."""
    assert find_gaps([one(1, 0, 5), one(2, 5, 0), one(3, 5, 9, day=1)]) == []


@given(st.data(), st.lists(st.integers(-2, 2), min_size=1, max_size=9), st.integers(1, 4))
def test_a_history_without_a_gap_has_none_in_whatever_order_its_days_come(
    data: st.DataObject, steps: list[int], a_day: int
) -> None:
    """Statements of a day come as they may, and may pass by a balance again and again."""
    balances = [sum(steps[:number]) for number in range(len(steps) + 1)]
    history = [
        one(number, opening, closing, day=1 + number // a_day)
        for number, (opening, closing) in enumerate(pairwise(balances), start=1)
    ]
    shuffled = data.draw(st.permutations(history))
    assert find_gaps([one(99, 7, 0), *sorted(shuffled, key=lambda each: each.closing_on)]) == []
