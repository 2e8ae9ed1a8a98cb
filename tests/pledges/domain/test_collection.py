"""What a mandate owes on a day, how collections are named, and the days of a batch."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.collection import amount_due, sequence_type, timetable
from services.pledges.domain.debit_refusals import CollectionTooFar, CollectionTooSoon, NotABusinessDay
from services.pledges.domain.mandate import Rhythm

TODAY = date(2026, 11, 2)
amounts = st.integers(1, 10**9)


@given(
    st.sampled_from(Rhythm),
    amounts,
    st.integers(1, 25),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.dates(),
)
def test_no_more_is_due_than_the_promise_misses(rhythm, amount, day, collectible, is_taken, on) -> None:
    """Nor less than nothing; and nothing beside another collection."""
    due = amount_due(
        rhythm, amount_minor=amount, day=day, collectible_minor=collectible, is_taken=is_taken, on=on
    )
    assert 0 <= due <= max(0, collectible)
    assert not (is_taken and due)


@given(amounts, amounts)
def test_monthly_collections_add_up_to_the_promise(promised: int, monthly: int) -> None:
    """Month after month until nothing is missing, to the cent."""
    monthly = max(monthly, -(-promised // 50))
    missing = promised
    for month in range(1, 60):
        missing -= amount_due(
            Rhythm.MONTHLY,
            amount_minor=monthly,
            day=1,
            collectible_minor=missing,
            is_taken=False,
            on=date(2026 + month // 12, month % 12 + 1, 20),
        )
    assert missing == 0


def test_a_monthly_mandate_is_due_from_its_day_on() -> None:
    """Not on the days of the month before it."""
    terms = {"amount_minor": 1_000, "day": 10, "collectible_minor": 5_000, "is_taken": False}
    assert amount_due(Rhythm.MONTHLY, on=date(2026, 12, 9), **terms) == 0
    assert amount_due(Rhythm.MONTHLY, on=date(2026, 12, 10), **terms) == 1_000


@pytest.mark.parametrize(
    ("rhythm", "is_first", "is_last", "expected"),
    [
        (Rhythm.ONCE, True, True, "OOFF"),
        (Rhythm.MONTHLY, True, False, "FRST"),
        (Rhythm.MONTHLY, True, True, "FRST"),
        (Rhythm.MONTHLY, False, False, "RCUR"),
        (Rhythm.MONTHLY, False, True, "FNAL"),
    ],
)
def test_a_collection_is_named_by_its_place(rhythm, is_first, is_last, expected) -> None:
    """Among those of its mandate."""
    assert sequence_type(rhythm, is_first=is_first, is_last=is_last) == expected


def test_a_batch_leaves_savers_and_the_bank_their_days() -> None:
    """Fourteen days, then the file, two business days before banks debit: over the weekend here."""
    days = timetable(today=TODAY, collect_on=date(2026, 11, 24), prenotification_days=14, bank_lead_days=2)
    assert (days.sendable_from, days.send_by) == (date(2026, 11, 16), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("collect_on", "refusal", "says"),
    [
        (date(2026, 11, 17), CollectionTooSoon, "18/11/2026"),
        (date(2026, 11, 21), NotABusinessDay, "23/11/2026"),
        (date(2026, 12, 25), NotABusinessDay, "28/12/2026"),
        (date(2027, 2, 2), CollectionTooFar, "90 jours"),
        (date(9999, 12, 31), CollectionTooFar, "90 jours"),
        (date(1, 1, 1), CollectionTooSoon, "18/11/2026"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_one_that_can(collect_on, refusal, says) -> None:
    """The nearest one."""
    with pytest.raises(refusal, match=says):
        timetable(today=TODAY, collect_on=collect_on, prenotification_days=14, bank_lead_days=2)


@given(st.dates(date(2026, 1, 1), date(2099, 1, 1)), st.integers(1, 60), st.integers(1, 10))
def test_the_file_is_ready_before_the_bank_wants_it(today: date, notice: int, lead: int) -> None:
    """On the earliest day that a refusal names, whatever weekends and closing days lie between."""
    with pytest.raises(CollectionTooSoon) as refused:
        timetable(today=today, collect_on=today, prenotification_days=notice, bank_lead_days=lead)
    days = timetable(
        today=today, collect_on=refused.value.earliest, prenotification_days=notice, bank_lead_days=lead
    )
    assert today + timedelta(days=notice) == days.sendable_from <= days.send_by < days.collect_on
