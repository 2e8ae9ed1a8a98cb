"""Pauses and names."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain import grouped, one_line, pause_after


def test_pauses_grow_from_half_a_minute_to_four_hours():
    """Eight attempts last a night."""
    pauses = [pause_after(attempt) for attempt in range(1, 8)]
    assert pauses[0] == timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=4)
    assert timedelta(hours=8) < sum(pauses, timedelta()) < timedelta(hours=16)


@given(st.text())
def test_a_name_is_one_short_printable_line(name):
    """Whatever people type."""
    cleaned = one_line(name)
    assert len(cleaned) <= 60
    assert len(cleaned.splitlines()) <= 1
    assert cleaned == cleaned.strip()


def test_a_name_keeps_its_letters():
    """Accents, apostrophes and joined emoji aside, nothing is lost."""
    assert one_line("  Zoë   d’Arc-Nguyễn ") == "Zoë d’Arc-Nguyễn"


def test_a_reference_is_printed_in_groups_of_four():
    """As ISO 11649 prints it."""
    assert grouped("RF18539007547034") == "RF18 5390 0754 7034"
