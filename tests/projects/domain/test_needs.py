"""The state machine of a need, and the rules on its decision."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projects.domain.amounts import AmountOutOfRange
from services.projects.domain.funds import FundUnknown
from services.projects.domain.needs import (
    PENDING,
    PUBLIC,
    TRANSITIONS,
    DayUnreadable,
    DecidedByItsRepresentative,
    Decision,
    DecisionInTheFuture,
    Family,
    NeedAct,
    NeedAlreadyDecided,
    NeedNoLongerWithdrawable,
    NeedOutOfOrder,
    NeedState,
    Proposal,
    after,
    check_decider,
    past_decision,
    read_day,
)
from services.projects.domain.refusals import Refusal, TextMissing, TextTooLong, TextUnreadable

ENDS = {NeedState.INELIGIBLE, NeedState.CLOSED, NeedState.WITHDRAWN}


@given(st.lists(st.sampled_from(NeedAct), max_size=30))
def test_no_history_becomes_public_without_an_approval(acts: list[NeedAct]) -> None:
    """Whatever is tried in whatever order, a public need was approved, exactly once."""
    state, done = NeedState.DRAFT, []
    for act in acts:
        try:
            state = after(state, act)
            done.append(act)
        except Refusal:
            continue
    assert done.count(NeedAct.APPROVE) == (1 if state in PUBLIC else 0)


@given(st.sampled_from(NeedState), st.sampled_from(NeedAct))
def test_an_act_that_is_not_in_the_table_is_refused_in_a_sentence(state: NeedState, act: NeedAct) -> None:
    """Every pair of state and act either moves the need or raises a sentence that ends."""
    if (state, act) in TRANSITIONS:
        assert after(state, act) is TRANSITIONS[state, act]
    else:
        with pytest.raises(Refusal, match=r"\.$"):
            after(state, act)


@pytest.mark.parametrize("state", sorted(ENDS))
def test_nothing_leaves_an_end(state: NeedState) -> None:
    """Refused, closed and withdrawn needs stay so."""
    assert not [act for (found, act) in TRANSITIONS if found is state]


def test_every_state_can_be_reached_from_the_draft() -> None:
    """The table has no island."""
    reached = {NeedState.DRAFT}
    while more := {to for (found, _), to in TRANSITIONS.items() if found in reached} - reached:
        reached |= more
    assert reached == set(NeedState)


@pytest.mark.parametrize("state", sorted(set(NeedState) - set(PENDING) - {NeedState.DRAFT}))
def test_a_need_is_withdrawn_only_before_its_decision(state: NeedState) -> None:
    """After a decision the organisation is told whom to write to."""
    with pytest.raises(NeedNoLongerWithdrawable, match="référent·e"):
        after(state, NeedAct.WITHDRAW)


def test_a_decided_need_is_not_decided_again() -> None:
    """A second approval says that a decision exists."""
    with pytest.raises(NeedAlreadyDecided, match="déjà été prise"):
        after(NeedState.APPROVED, NeedAct.APPROVE)


def test_a_step_out_of_order_names_the_state() -> None:
    """A submitted need cannot be disbursed."""
    with pytest.raises(NeedOutOfOrder, match="submitted"):
        after(NeedState.SUBMITTED, NeedAct.DISBURSE)


def test_the_representative_never_decides() -> None:
    """Neither the one who represents now nor the one who submitted then."""
    person, other = uuid4(), uuid4()
    for representative, submitted_by in ((person, other), (other, person)):
        with pytest.raises(DecidedByItsRepresentative, match="une autre personne"):
            check_decider(decider=person, representative=representative, submitted_by=submitted_by)
    check_decider(decider=uuid4(), representative=person, submitted_by=other)


def test_a_decision_of_tomorrow_is_refused() -> None:
    """A decision is something that was taken."""
    today = date(2026, 11, 22)
    with pytest.raises(DecisionInTheFuture, match="futur"):
        past_decision(Decision(reference="AG", decided_on=today + timedelta(days=1)), today=today)
    past_decision(Decision(reference="AG", decided_on=today), today=today)


def test_a_decision_names_where_it_can_be_read() -> None:
    """An empty reference is no decision."""
    with pytest.raises(TextMissing):
        Decision(reference="  ", decided_on=date(2026, 3, 12))


def test_a_day_is_read_as_french_people_and_browsers_write_it() -> None:
    """12/03/2026 is the twelfth of March."""
    assert read_day("12/03/2026") == read_day(" 2026-03-12") == date(2026, 3, 12)
    for wrong in ("", "31/02/2026", "demain", "12/3/26"):
        with pytest.raises(DayUnreadable, match="12/03/2026"):
            read_day(wrong)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"title": " "}, TextMissing),
        ({"title": "t" * 121}, TextTooLong),
        ({"description": ""}, TextMissing),
        ({"amount_minor": 0}, AmountOutOfRange),
        ({"fund": "caisse-noire"}, FundUnknown),
        ({"human_support": "h" * 501}, TextTooLong),
    ],
)
def test_an_incomplete_proposal_is_refused(change: dict[str, object], refusal: type[Refusal]) -> None:
    """Each part of a proposal has its rule."""
    whole = {"title": "Four", "description": "Un four.", "amount_minor": 1, "family": Family.GRANT}
    Proposal(**whole)  # type: ignore[arg-type]
    with pytest.raises(refusal):
        Proposal(**(whole | change))  # type: ignore[arg-type]


def test_texts_are_kept_tidy() -> None:
    """A title is one line whatever was pasted; a description keeps its paragraphs."""
    proposal = Proposal(
        title=" Un\tfour \n à pain ", description=" Un.\r\n\r\nDeux. ", amount_minor=1, family=Family.GRANT
    )
    assert (proposal.title, proposal.description) == ("Un four à pain", "Un.\n\nDeux.")


def test_invisible_characters_are_refused() -> None:
    """A null byte would be an error of the database, not a sentence."""
    with pytest.raises(TextUnreadable, match="invisibles"):
        Decision(reference="AG\x00", decided_on=date(2026, 3, 12))
