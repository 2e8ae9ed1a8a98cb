"""What a fund may give: by the rules in force on the day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.ledger.domain.funds import Asked, Broken, FundRules, broken_rule, rules_in_force

DAY = date(2026, 3, 2)
RULES = FundRules(
    rules_id=UUID(int=1),
    fund="terres",
    effective_on=DAY,
    decision_reference="AG",
    families=("grant",),
    instruments=("gift",),
    largest_disbursement_minor=1_000,
    largest_share_basis_points=2_500,
    opens_on=DAY,
    closes_on=DAY + timedelta(days=9),
)
ASKED = Asked(
    family="grant", amount_minor=1_000, currency="EUR", on=DAY, for_need_minor=2_500, whole_minor=10_000
)


def test_what_keeps_to_every_limit_is_given() -> None:
    """To the cent, on the first day and on the last."""
    assert broken_rule(RULES, ASKED) is None
    assert broken_rule(RULES, replace(ASKED, on=DAY + timedelta(days=9))) is None


@pytest.mark.parametrize(
    ("other", "broken"),
    [
        ({"on": DAY - timedelta(days=1)}, Broken.NOT_OPEN),
        ({"on": DAY + timedelta(days=10)}, Broken.CLOSED),
        ({"family": "investment"}, Broken.FAMILY),
        ({"amount_minor": 1_001}, Broken.AMOUNT),
        ({"for_need_minor": 2_501}, Broken.SHARE),
        ({"whole_minor": 9_999}, Broken.SHARE),
    ],
)
def test_one_cent_or_one_day_beyond_is_not(other: dict[str, Any], broken: Broken) -> None:
    """Each rule by itself."""
    assert broken_rule(RULES, replace(ASKED, **other)) is broken


@pytest.mark.parametrize(("francs", "broken"), [(1_193, None), (1_194, Broken.AMOUNT)])
def test_the_largest_amount_is_in_cents_whatever_the_currency(francs: int, broken: Broken | None) -> None:
    """1 193 francs are 9,997 €, and 1 194 are 10,006 €: they are asked for in rounded cents."""
    rules = replace(RULES, largest_share_basis_points=None)
    assert broken_rule(rules, replace(ASKED, amount_minor=francs, currency="XPF")) is broken


def test_what_is_not_said_is_not_limited() -> None:
    """Families are always said."""
    free = FundRules(UUID(int=2), "terres", DAY, "AG", ("grant", "investment"), ())
    assert broken_rule(free, replace(ASKED, amount_minor=10**12, whole_minor=0)) is None
    assert broken_rule(replace(free, families=()), ASKED) is Broken.FAMILY


def test_without_rules_nothing_is_given() -> None:
    """Nobody voted on it."""
    assert broken_rule(None, ASKED) is Broken.NO_RULES


def test_the_newest_rules_that_have_begun_are_in_force() -> None:
    """On their first day already; none before the first ones."""
    later = replace(RULES, effective_on=DAY + timedelta(days=5))
    both = [later, RULES]
    assert rules_in_force(both, on=DAY - timedelta(days=1)) is None
    assert rules_in_force(both, on=DAY + timedelta(days=4)) is RULES
    assert rules_in_force(both, on=DAY + timedelta(days=5)) is later
