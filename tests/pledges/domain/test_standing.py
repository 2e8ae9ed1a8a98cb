"""What of a schedule is paid and what comes next, from sums."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.schedule import Instalment
from services.pledges.domain.standing import ToPay, standings, to_pay

FIRST, SECOND, THIRD = date(2027, 1, 5), date(2027, 2, 5), date(2027, 3, 5)
SCHEDULE = [Instalment(1, FIRST, 334), Instalment(2, SECOND, 333), Instalment(3, THIRD, 333)]


@given(amounts=st.lists(st.integers(1, 10**6), min_size=1, max_size=20), kept=st.integers(0, 10**7))
def test_what_is_kept_covers_instalments_in_order(amounts, kept):
    """As far as it goes, none of it twice; money above the pledge covers nothing."""
    stands = standings([Instalment(n, FIRST, amount) for n, amount in enumerate(amounts, 1)], kept)
    assert sum(one.paid_minor for one in stands) == min(kept, sum(amounts))
    open_ = [one for one in stands if one.missing_minor]
    assert all(one.paid_minor == 0 for one in open_[1:])


def test_all_that_is_due_is_one_transfer():
    """Two dates have come: both are to be paid, less what is there."""
    assert to_pay(standings(SCHEDULE, 100), today=SECOND) == ToPay(234 + 333, FIRST, is_late=True)


def test_before_anything_is_due_the_next_instalment_is_to_be_paid():
    """Alone, although more is missing."""
    assert to_pay(standings(SCHEDULE, 334), today=date(2027, 1, 20)) == ToPay(333, SECOND, is_late=False)


def test_nothing_is_to_be_paid_once_all_has_come():
    """Too much as well."""
    assert to_pay(standings(SCHEDULE, 2_000), today=THIRD) is None


def test_a_pledge_without_a_due_date_is_to_be_paid_whenever():
    """Those from before there were dates are never late."""
    assert to_pay(standings([Instalment(1, None, 500)], 100), today=FIRST) == ToPay(400, None, is_late=False)
