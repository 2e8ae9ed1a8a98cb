"""Until when a mandate may be collected."""

from datetime import date

import pytest

from services.pledges.domain.mandate import lapses_on


@pytest.mark.parametrize(
    ("signed_on", "last_collected_on", "expected"),
    [
        (date(2026, 11, 2), None, date(2029, 11, 2)),
        (date(2026, 11, 2), date(2027, 1, 5), date(2030, 1, 5)),
        (date(2024, 2, 29), None, date(2027, 2, 28)),
    ],
)
def test_a_mandate_lapses_three_years_after_its_last_collection(signed_on, last_collected_on, expected):
    """Or after its signature when nothing was ever collected."""
    assert lapses_on(signed_on=signed_on, last_collected_on=last_collected_on) == expected
