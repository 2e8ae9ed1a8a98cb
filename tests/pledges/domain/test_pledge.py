"""A pledge's state follows the money, and nothing else does."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.pledge import Pledge, PledgeState, ReturnExceedsReceipts


def pledge(amount_minor: int = 10_000, state: PledgeState = PledgeState.PLEDGED) -> Pledge:
    return Pledge(
        pledge_id=uuid4(),
        person_id=uuid4(),
        territory="64",
        fund="fonds-commun",
        amount_minor=amount_minor,
        reference="RF07064123456789",
        state=state,
    )


@pytest.mark.parametrize(
    ("received", "returned", "state"),
    [
        (4_000, 0, PledgeState.PARTIALLY_PAID),
        (10_000, 0, PledgeState.PAID),
        (25_000, 0, PledgeState.PAID),
        (10_000, 4_000, PledgeState.PARTIALLY_REFUNDED),
        (10_000, 10_000, PledgeState.REFUNDED),
        (15_000, 5_000, PledgeState.PAID),
    ],
)
def test_the_state_says_what_came_and_what_went_back(received, returned, state):
    """The state follows from three amounts: promised, received, returned."""
    after = pledge().receive(received)
    assert (after.give_back(returned) if returned else after).state is state


@pytest.mark.parametrize("closed", [PledgeState.EXPIRED, PledgeState.CANCELLED])
def test_late_money_reopens_a_closed_pledge(closed):
    """Money that comes after the term counts all the same."""
    assert pledge(state=closed).receive(10_000).state is PledgeState.PAID


def test_more_cannot_go_back_than_came():
    """A return beyond what came is refused."""
    with pytest.raises(ReturnExceedsReceipts):
        pledge().receive(1_000).give_back(1_001)


@given(st.lists(st.integers(-5_000, 5_000).filter(bool)))
def test_what_is_kept_is_what_came_less_what_went_back(movements):
    """Over any history, and it is never below zero."""
    current, kept = pledge(), 0
    for amount in movements:
        if amount > 0:
            current, kept = current.receive(amount), kept + amount
        elif -amount <= kept:
            current, kept = current.give_back(-amount), kept + amount
    assert current.kept_minor == kept >= 0
    assert (current.state is PledgeState.PAID) == (kept >= 10_000)
