"""Identifiers: the same for the same thing, and in the order in which things are made."""

from datetime import date

import pytest

from shared.values import companion_id, dated_id

DAY = date(2026, 11, 2)
IDS = (dated_id(DAY, 7, "a line"), companion_id(dated_id(DAY, 7, "a line"), "event"))


def test_the_same_thing_has_the_same_id():
    """They are stored: another way of making them would count a line twice."""
    assert [str(one) for one in IDS] == [
        "01a1998e-4407-81b9-ae4a-830b75580e39",
        "01a1998e-4407-8467-a3d8-ca46f89911d7",
    ]


@pytest.mark.parametrize("one", IDS)
def test_an_id_is_a_uuid_of_version_8(one):
    """Whoever reads one knows that it was not drawn by chance (RFC 9562, 5.8)."""
    assert (one.version, one.variant) == (8, "specified in RFC 4122")


def test_ids_stand_in_the_order_of_day_and_number():
    """Their index grows at its end, whatever the names are."""
    places = [(date(2025, 12, 31), 9), (DAY, 1), (DAY, 2), (DAY, 100_000), (date(2026, 11, 3), 1)]
    ids = [dated_id(day, number, f"line {-number}") for day, number in places]
    assert ids == sorted(ids)
    events = [companion_id(one, "event") for one in ids]
    assert events == sorted(events)


def test_names_tell_apart_what_shares_a_place():
    """Two lines of one entry, two statements of one day."""
    assert dated_id(DAY, 1, "a") != dated_id(DAY, 1, "b")
    assert companion_id(IDS[0], "event") != companion_id(IDS[0], "other")
    assert companion_id(dated_id(DAY, 1, "a"), "event") != companion_id(dated_id(DAY, 1, "b"), "event")


def test_a_day_before_1970_is_taken():
    """A bank's slip of the pen is no reason to fail."""
    assert dated_id(date(1, 1, 1), 0, "a").int >> 80 == 0


def test_the_last_day_of_the_calendar_is_taken():
    """48 bits of milliseconds last until the year 10889."""
    assert dated_id(date.max, 86_399_999, "a").version == 8
