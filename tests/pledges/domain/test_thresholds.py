"""What counts for a threshold."""

from datetime import date
from uuid import UUID

import pytest

from services.pledges.domain.thresholds import Received, Scope, counted_minor

FUNDER, LAST_DAY = UUID(int=1), date(2026, 3, 31)
SCOPE = Scope(FUNDER, "64", "fonds-commun", LAST_DAY)
RECEIVED = [
    Received("64", "fonds-commun", None, None, 1_000),
    Received("64", "fonds-commun", FUNDER, None, 200),
    Received("64", "fonds-commun", UUID(int=2), None, 30),
    Received("33", "fonds-commun", None, None, 4),
    Received("64", "terres", None, None, 5),
    Received("64", "fonds-commun", None, LAST_DAY, -600),
    Received("64", "fonds-commun", FUNDER, LAST_DAY, -7),
    Received("64", "fonds-commun", None, date(2026, 2, 28), -800),
]


@pytest.mark.parametrize(
    ("scope", "counted"),
    [
        (SCOPE, 1_000 + 30 - 600),
        (SCOPE._replace(territory=None), 1_000 + 30 + 4 - 600),
        (SCOPE._replace(fund="terres"), 5),
        (SCOPE._replace(person_id=UUID(int=2)), 1_000 + 200 - 600 - 7),
        (SCOPE._replace(until_on=date(2026, 4, 30)), 1_000 + 30),
    ],
)
def test_a_threshold_counts_what_others_paid_for_its_fund_by_its_last_day(scope: Scope, counted: int) -> None:
    """In its territory or everywhere; what the bank dates later is left out."""
    assert counted_minor(RECEIVED, scope) == counted
