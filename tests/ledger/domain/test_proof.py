"""Which statements are proved, in whatever order they come."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.proof import next_proved
from services.ledger.domain.proved import Proved, Standing, Unproved, days_within

START = date(2026, 3, 1)


def one(id: int, opening: int, closing: int, *, day: int, complete: bool = True) -> Unproved:
    return Unproved(UUID(int=id), "A", opening, closing, START + timedelta(days=day), complete)


class Desk:
    """Statements come in any order, and what can be proved is proved after each."""

    def __init__(self) -> None:
        self.unproved: list[Unproved] = []
        self.positions: dict[int, int] = {}
        self.proved: dict[int, Unproved] = {}
        self.runs: dict[str, Proved] = {}

    def take(self, *statements: Unproved) -> "Desk":
        for statement in statements:
            self.unproved = [one for one in self.unproved if one.statement_id != statement.statement_id]
            self.unproved.append(statement)
            ordered = sorted(self.unproved, key=lambda one: (one.closing_on, one.statement_id.int))
            found = next_proved(ordered, runs=self.runs, standings=self._standings())
            self.runs |= found.runs
            for moved in found.moved:
                self.positions = {
                    id: at + moved.by if at > moved.behind else at for id, at in self.positions.items()
                }
            self.positions |= {id.int: position for id, position in found.positions.items()}
            self.proved |= {
                one.statement_id.int: one for one in self.unproved if one.statement_id.int in self.positions
            }
            self.unproved = [one for one in self.unproved if one.statement_id.int not in self.positions]
        return self

    def _standings(self) -> dict[tuple[str, date], list[Standing]]:
        found = {}
        for account, day in days_within(self.unproved, self.runs):
            own = [id for id in self.order if self.proved[id].closing_on == day]
            before = [id for id in self.order if self.proved[id].closing_on < day][-1:]
            found[account, day] = [
                Standing(self.positions[id], self.proved[id].closing_minor) for id in before + own
            ]
        return found

    @property
    def order(self) -> list[int]:
        return sorted(self.positions, key=lambda id: self.positions[id])


def test_a_statement_follows_the_one_before_it() -> None:
    """Three days, three statements."""
    desk = Desk().take(one(1, 0, 5, day=0), one(2, 5, 9, day=1), one(3, 9, 2, day=2))
    assert desk.order == [1, 2, 3]


def test_an_incomplete_statement_holds_back_all_that_come_after() -> None:
    """Until its last line is posted."""
    waiting = one(2, 5, 9, day=1, complete=False)
    desk = Desk().take(one(1, 0, 5, day=0), waiting, one(3, 9, 2, day=2))
    assert desk.order == [1]
    assert desk.take(replace(waiting, is_complete=True)).order == [1, 2, 3]


def test_an_incomplete_first_statement_opens_nothing() -> None:
    """The run begins with the account's first statement, not with the first complete one."""
    first = one(1, 0, 5, day=0, complete=False)
    desk = Desk().take(first, one(2, 5, 9, day=1))
    assert (desk.order, desk.runs) == ([], {})
    assert desk.take(replace(first, is_complete=True)).order == [1, 2]


def test_a_missing_statement_closes_its_gap_when_it_comes() -> None:
    """Those after it wait for it."""
    desk = Desk().take(one(1, 0, 5, day=0), one(3, 9, 2, day=2), one(4, 2, 3, day=3))
    assert desk.order == [1]
    assert desk.take(one(2, 5, 9, day=1)).order == [1, 2, 3, 4]


def test_statements_from_before_the_run_go_before_it() -> None:
    """Imported late, one after the other, the nearest last."""
    desk = Desk().take(one(3, 9, 2, day=2), one(1, 0, 5, day=0))
    assert desk.order == [3]
    desk.take(one(2, 5, 9, day=1))
    assert desk.order == [1, 2, 3]
    assert desk.runs["A"].first_opening_minor == 0


def test_an_early_statement_is_not_put_behind_because_its_balance_fits() -> None:
    """The account may close where it stood long before: the day decides."""
    desk = Desk().take(one(2, 150, 160, day=10), one(3, 160, 170, day=11), one(1, 170, 150, day=0))
    assert desk.order == [1, 2, 3]
    assert desk.take(one(4, 170, 180, day=12)).order == [1, 2, 3, 4]


def test_the_later_of_a_days_statements_may_come_first() -> None:
    """And the run then begins with the other's opening balance."""
    desk = Desk().take(one(2, 150, 170, day=0), one(1, 100, 150, day=0), one(3, 170, 180, day=0))
    assert desk.order == [1, 2, 3]
    assert desk.runs["A"].first_opening_minor == 100


def test_a_day_that_passes_twice_by_a_balance_is_put_in_its_order() -> None:
    """100 → 170 would fit first, and leave the two others behind for ever."""
    whole = [one(2, 100, 170, day=1), one(3, 100, 150, day=1), one(4, 150, 100, day=1)]
    found = next_proved([one(1, 0, 100, day=0), *whole, one(5, 170, 0, day=2)], runs={}, standings={})
    order = sorted(found.positions, key=lambda id: found.positions[id])
    assert [id.int for id in order] == [1, 3, 4, 2, 5]


def test_a_first_day_that_could_begin_at_two_balances_waits_for_the_next_day() -> None:
    """100 → 150 → 100 or 150 → 100 → 150: both are possible."""
    ring = [one(1, 100, 150, day=0), one(2, 150, 100, day=0)]
    assert next_proved(ring, runs={}, standings={}).positions == {}
    assert (
        next_proved([*ring, one(3, 150, 9, day=1)], runs={}, standings={}).runs["A"].first_opening_minor
        == 150
    )


def test_statements_without_movement_are_proved_too() -> None:
    """A quiet account still gets a statement."""
    desk = Desk().take(one(1, 7, 7, day=0), one(2, 7, 7, day=1), one(3, 7, 9, day=1), one(4, 9, 9, day=2))
    assert sorted(desk.order) == [1, 2, 3, 4]


def test_a_statement_without_movement_may_come_late() -> None:
    """It holds back the public date until it is proved, so it goes where the account held its balance."""
    desk = Desk().take(one(1, 0, 100, day=0), one(3, 100, 250, day=2), one(2, 100, 100, day=1))
    assert desk.order == [1, 2, 3]
    assert desk.take(one(4, 250, 260, day=3)).order == [1, 2, 3, 4]


def test_late_statements_of_a_day_that_bring_the_balance_back_go_together() -> None:
    """One waits for the other, on a day of their own or among statements that are proved."""
    desk = Desk().take(one(1, 0, 100, day=0), one(4, 100, 250, day=2), one(3, 150, 100, day=1))
    assert desk.order == [1, 4]
    assert desk.take(one(2, 100, 150, day=1)).order == [1, 2, 3, 4]
    assert desk.take(one(6, 70, 100, day=2), one(5, 100, 70, day=2)).order == [1, 2, 3, 5, 6, 4]


def test_a_late_statement_without_movement_does_not_hold_back_the_next_day() -> None:
    """It may be of the last day that is proved, at a balance that the account held before."""
    desk = Desk().take(one(1, 0, 100, day=0), one(3, 100, 250, day=0), one(2, 100, 100, day=0))
    assert desk.take(one(4, 250, 260, day=1)).order == [1, 2, 3, 4]


def test_accounts_are_proved_apart() -> None:
    """One that waits holds back its own."""
    other = replace(one(9, 3, 4, day=0), account="B")
    found = next_proved([one(1, 0, 5, day=0, complete=False), other], runs={}, standings={})
    assert found.positions == {UUID(int=9): 0}


@given(st.data(), st.lists(st.tuples(st.integers(-50, 50), st.booleans()), min_size=1, max_size=12))
def test_a_whole_history_given_at_once_is_proved_in_an_order_that_holds(
    data: st.DataObject, steps: list[tuple[int, bool]]
) -> None:
    """Whatever the movements and the statements a day, unless its first day is a ring that nothing opens."""
    history, balance, day = [], 1_000, 0
    for number, (moved, next_day) in enumerate(steps, start=1):
        day += next_day
        history.append(one(number, balance, balance + moved, day=day))
        balance += moved
    shuffled = data.draw(st.permutations(history))
    found = next_proved(sorted(shuffled, key=lambda one: one.closing_on), runs={}, standings={})
    if not found.positions:
        first = [one for one in history if one.closing_on == history[0].closing_on]
        assert sum(one.closing_minor - one.opening_minor for one in first) == 0
        return
    by_id = {one.statement_id: one for one in history}
    order = [by_id[id] for id in sorted(found.positions, key=lambda id: found.positions[id])]
    assert all(a.closing_minor == b.opening_minor for a, b in pairwise(order))
    assert all(a.closing_on <= b.closing_on for a, b in pairwise(order))
    assert len(order) == len(history)


@given(st.data(), st.lists(st.integers(0, 2), min_size=1, max_size=8), st.integers(1, 3))
def test_the_order_of_arrival_does_not_matter(data: st.DataObject, steps: list[int], a_day: int) -> None:
    """Any order of arrival ends with every statement proved in its place, also those that move nothing."""
    balances = [sum(steps[:number]) for number in range(len(steps) + 1)]
    history = [
        one(number + 1, opening, closing, day=number // a_day)
        for number, (opening, closing) in enumerate(pairwise(balances))
    ]
    desk = Desk().take(*data.draw(st.permutations(history)))
    assert sorted(desk.order) == [one.statement_id.int for one in history]
    proved = [desk.proved[id] for id in desk.order]
    assert all(a.closing_minor == b.opening_minor for a, b in pairwise(proved))
    assert all(a.closing_on <= b.closing_on for a, b in pairwise(proved))
    assert len(set(desk.positions.values())) == len(history)
