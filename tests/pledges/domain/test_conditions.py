"""Conditions of funders: which can be promised, where they stand; and wishes."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.pledges.domain.conditions import (
    ConditionRefused,
    ConditionState,
    match_funding_terms,
    state_of,
    threshold_terms,
)
from services.pledges.domain.earmark import Earmark, UnknownInstrument, UnknownTheme, earmark_of, themes

TODAY = date(2026, 3, 2)
TOMORROW = TODAY + timedelta(days=1)


def matching(**other):
    fields = {"ratio_basis_points": 10_000, "is_everywhere": False, "from_on": None, "until_on": TOMORROW}
    return match_funding_terms(**{**fields, "today": TODAY, **other})


def threshold(**other):
    fields = {"target_minor": 100, "is_everywhere": False, "until_on": TODAY}
    return threshold_terms(**{**fields, "today": TODAY, **other})


def test_match_funding_begins_tomorrow_unless_it_is_said_otherwise():
    """What is at the bank already needs no encouragement."""
    assert matching().from_on == TOMORROW


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"ratio_basis_points": 999}, "ratio"),
        ({"ratio_basis_points": 50_001}, "ratio"),
        ({"from_on": TODAY}, "from_on"),
        ({"until_on": TODAY}, "until_on"),
        ({"from_on": TODAY + timedelta(days=9), "until_on": TODAY + timedelta(days=8)}, "until_on"),
        ({"until_on": TODAY + timedelta(days=1831)}, "until_on"),
        ({"until_on": date.max}, "until_on"),
    ],
)
def test_match_funding_that_cannot_be_is_refused_beside_its_field(other, field):
    """A ratio of nothing or of a slip, a period in the past, a reversed one, one for ever."""
    with pytest.raises(ConditionRefused) as refused:
        matching(**other)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"target_minor": 0}, "target"),
        ({"target_minor": 100_000_000_001}, "target"),
        ({"until_on": TODAY - timedelta(days=1)}, "until_on"),
    ],
)
def test_a_threshold_that_cannot_be_is_refused_beside_its_field(other, field):
    """Nothing to reach, more than the billion, too late."""
    with pytest.raises(ConditionRefused) as refused:
        threshold(**other)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("triggered", "is_closed", "state"),
    [
        (0, False, ConditionState.WAITING),
        (1, False, ConditionState.PARTLY_TRIGGERED),
        (100, False, ConditionState.MET),
        (100, True, ConditionState.MET),
        (99, True, ConditionState.LAPSED),
        (0, True, ConditionState.LAPSED),
    ],
)
def test_a_condition_stands_where_its_money_does(triggered, is_closed, state):
    """Of 100: nothing, a part, all; and what is not triggered when it closes lapses."""
    assert state_of(amount_minor=100, triggered_minor=triggered, is_closed=is_closed) is state


def test_a_wish_names_at_least_one_thing():
    """Nothing wished is no wish."""
    need = uuid4()
    assert earmark_of() is None
    assert earmark_of(theme=next(iter(themes())), need_id=need) == Earmark(next(iter(themes())), need, None)


def test_a_wish_is_chosen_from_the_lists():
    """Themes are data, and money goes out in two ways."""
    with pytest.raises(UnknownTheme):
        earmark_of(theme="autre")
    with pytest.raises(UnknownInstrument):
        earmark_of(instrument="autre")
