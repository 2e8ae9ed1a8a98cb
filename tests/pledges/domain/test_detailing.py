"""Which sums are left to a person although the bank says what they are made of."""

from datetime import date

import pytest

from services.pledges.domain.detailing import WHY_NOT_SENTENCES, LeftToPerson, left_to_person
from services.pledges.domain.reconciliation import Suspense
from services.pledges.domain.statement import BankLine, Direction

DAY = date(2026, 11, 2)


def detail(direction=Direction.CREDIT):
    return BankLine(
        entry_index=0, detail_index=1, amount_minor=500, direction=direction, booked_on=DAY, value_on=DAY
    )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"direction": Direction.DEBIT}, LeftToPerson.DEBIT),
        ({"reason": "debit_came_back"}, LeftToPerson.CAME_BACK),
        ({"reason": "charge_given_back"}, LeftToPerson.CAME_BACK),
        ({"allocated_minor": 1}, LeftToPerson.ALLOCATED_BEFORE),
        ({"details": [detail(), detail(Direction.DEBIT)]}, LeftToPerson.CHARGES_WITHHELD),
    ],
)
def test_a_sum_is_detailed_by_itself_only_when_all_of_it_may_be_gifts(changed, why):
    """Money that came back, that was divided already, or that is less than its parts, is for a person."""
    usual = {
        "details": [detail()],
        "direction": Direction.CREDIT,
        "reason": "no_reference",
        "allocated_minor": 0,
    }
    given = usual | changed
    details = given.pop("details")
    assert left_to_person(details, **given) is why


def test_every_reason_has_its_sentence():
    """A treasurer reads it beside the part."""
    codes = {reason.value for kind in (LeftToPerson, Suspense) for reason in kind}
    assert set(WHY_NOT_SENTENCES) == codes
