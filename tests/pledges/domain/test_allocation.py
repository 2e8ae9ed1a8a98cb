"""Parts of a suspended credit: never more than it, never guessed."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.allocation import exact_parts
from services.pledges.domain.pledge import Pledge, PledgeState

amounts = st.integers(1, 10**11)


def pledge(amount_minor: int, kept_minor: int = 0) -> Pledge:
    return Pledge(
        pledge_id=uuid4(),
        person_id=UUID(int=1),
        territory="64",
        fund="fonds-commun",
        amount_minor=amount_minor,
        reference="RF18539007547034",
        received_minor=kept_minor,
    )


@given(st.lists(amounts, min_size=2, max_size=8))
def test_parts_are_what_each_pledge_misses_and_sum_to_the_transfer(missing: list[int]) -> None:
    """The sum of what they miss is what came."""
    pledges = [pledge(amount) for amount in missing]
    parts = exact_parts(pledges, sum(missing))
    assert [part.amount_minor for part in parts] == missing
    assert [part.pledge for part in parts] == pledges


@given(st.lists(amounts, min_size=2, max_size=8), st.integers(-1000, 1000).filter(bool))
def test_a_cent_more_or_less_is_left_to_a_person(missing: list[int], off: int) -> None:
    """Nothing says whose it is."""
    assert exact_parts([pledge(amount) for amount in missing], sum(missing) + off) == ()


def test_a_pledge_that_misses_nothing_leaves_it_to_a_person() -> None:
    """Naming a paid pledge means something that only a person can find out."""
    assert exact_parts([pledge(5000), pledge(3000, kept_minor=3000)], 5000) == ()


@given(amounts, amounts)
def test_taking_back_undoes_receiving(promised: int, came: int) -> None:
    """The pledge is as if the payment had never been its own."""
    before = pledge(promised)
    assert before.receive(came).take_back(came) == before


@given(amounts, amounts, amounts)
def test_taking_back_one_payment_leaves_the_other(promised: int, one: int, other: int) -> None:
    """In the state that the other alone gives."""
    before = pledge(promised)
    assert before.receive(one).receive(other).take_back(other) == before.receive(one)
    assert before.receive(one).state is not PledgeState.PLEDGED
