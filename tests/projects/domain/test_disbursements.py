"""What may be asked for, and the way of a request."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projects.domain.disbursements import (
    WAY,
    AmountBeyondRemaining,
    DisbursementOutOfOrder,
    DisbursementState,
    NeedNotOpenToRequests,
    check_request,
    moved_on,
    refusal_sentence,
)
from services.projects.domain.needs import NeedState

S = DisbursementState


@given(st.integers(1, 10_000), st.lists(st.integers(1, 5_000), max_size=20))
def test_requests_never_exceed_what_was_approved(approved_minor: int, amounts: list[int]) -> None:
    """Whatever is asked in whatever order, what was let through stays within the approval."""
    asked = 0
    for amount in amounts:
        fits = asked + amount <= approved_minor
        with nullcontext() if fits else pytest.raises(AmountBeyondRemaining):
            check_request(
                amount_minor=amount,
                need_state=NeedState.APPROVED,
                approved_minor=approved_minor,
                asked_minor=asked,
            )
            asked += amount
    assert asked <= approved_minor


def test_a_request_beyond_the_remaining_says_what_remains() -> None:
    """The sentence holds the amount that may still be asked for."""
    with pytest.raises(AmountBeyondRemaining, match="1\u202f200,00\u00a0€"):
        check_request(
            amount_minor=120_001, need_state=NeedState.APPROVED, approved_minor=200_000, asked_minor=80_000
        )


@pytest.mark.parametrize(
    "state",
    sorted(set(NeedState) - {NeedState.APPROVED, NeedState.CONTRACTED, NeedState.DISBURSING}),
)
def test_money_is_asked_only_on_an_approved_and_open_need(state: NeedState) -> None:
    """Before the decision and after the last euro, nothing can be asked."""
    with pytest.raises(NeedNotOpenToRequests, match="approuvé"):
        check_request(amount_minor=1, need_state=state, approved_minor=10, asked_minor=0)


def test_the_way_leads_from_the_request_to_the_bank() -> None:
    """Each step follows the one before."""
    state = S.REQUESTED
    for said in WAY[1:]:
        state = moved_on(state, said)
    assert state is S.DISBURSED


@given(st.lists(st.sampled_from(S), max_size=20))
def test_what_was_said_before_changes_nothing(said: list[DisbursementState]) -> None:
    """A history with every event repeated ends where the history without repetition ends."""

    def end(history: list[DisbursementState]) -> DisbursementState:
        state = S.REQUESTED
        for one in history:
            try:
                state = moved_on(state, one)
            except DisbursementOutOfOrder:
                continue
        return state

    assert end(said) is end([one for one in said for _ in range(2)])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (S.REQUESTED, S.ORDERED),
        (S.REFUSED, S.COMMITTED),
        (S.COMMITTED, S.REFUSED),
        (S.ORDERED, S.DISBURSED),
        (S.DISBURSED, S.REFUSED),
    ],
)
def test_a_step_that_cannot_follow_is_a_fault_of_the_event(
    state: DisbursementState, said: DisbursementState
) -> None:
    """A skipped step, or a refusal after the money was committed, is never applied."""
    with pytest.raises(DisbursementOutOfOrder):
        moved_on(state, said)


def test_a_refusal_of_the_ledger_is_told_with_what_is_there() -> None:
    """The organisation reads how much the envelope holds, or that it is empty."""
    assert "30,00\u00a0€" in refusal_sentence(3_000, None)
    assert "vide" in refusal_sentence(0, None)


def test_a_refusal_of_the_ledger_is_told_with_its_reason() -> None:
    """Which may be a rule of the fund, or a treasurer's decision, while the envelope is full."""
    said = refusal_sentence(3_000, "Le fonds « terres » ne verse rien")
    assert said.startswith("Le fonds «\u00a0terres\u00a0» ne verse rien. Cette demande est annulée")
    assert "30,00\u00a0€" in said


@pytest.mark.parametrize("state", [S.RESERVED, S.ORDERED])
def test_what_is_not_committed_may_be_given_up(state: DisbursementState) -> None:
    """And what was said of it before changes nothing any more."""
    assert moved_on(state, S.REFUSED) is S.REFUSED
    assert moved_on(S.REFUSED, state) is S.REFUSED
