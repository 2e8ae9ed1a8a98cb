"""Amounts, numbers and dates as a French reader expects them."""

from datetime import UTC, date, datetime

import pytest

from shared.web.numbers import date_fr, euros, euros_courts, heure_fr, nombre, pourcent


@pytest.mark.parametrize(
    ("amount_minor", "written"),
    [
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (123456789, "1\u202f234\u202f567,89\u00a0€"),
        (-1050, "-10,50\u00a0€"),
    ],
)
def test_euros_keep_their_cents_and_group_thousands(amount_minor, written):
    """Cents are always there; thousands take a narrow no-break space, € a no-break space."""
    assert euros(amount_minor) == written


def test_francs_pacifique_have_no_decimals():
    """XPF has no minor unit."""
    assert euros(1000, "XPF") == "1\u202f000\u00a0F\u00a0CFP"


def test_a_local_currency_shows_its_own_name():
    """A local currency's private code is not shown to people."""
    assert euros(1200, "X-EUSKO") == "12,00\u00a0eusko"


@pytest.mark.parametrize(
    ("amount_minor", "written"),
    [
        (99999999, "999\u202f999\u00a0€"),
        (100_000_000, "1\u00a0M€"),
        (123456789, "1,23\u00a0M€"),
        (99_999_999_999, "999\u00a0M€"),
        (100_000_000_000, "1\u00a0Md€"),
    ],
)
def test_short_amounts_never_round_up(amount_minor, written):
    """One cent below the billion is not « 1 Md€ »."""
    assert euros_courts(amount_minor) == written


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (0, "0"),
        (1, "0,000000001"),
        (3_100_000, "0,0031"),
        (12_345_000_000, "12,3"),
        (99_999_999_999, "99,9"),
        (10**11, "100"),
    ],
)
def test_a_tiny_share_stays_visible_and_a_nearly_whole_one_stays_below(part, written):
    """No share that exists is written 0 %, none is 100 % before it is."""
    assert pourcent(part, 10**11) == f"{written}\u202f%"


def test_a_share_of_nothing_is_zero():
    """An aim of zero does not divide."""
    assert pourcent(5, 0) == "0\u202f%"


def test_numbers_cut_what_they_do_not_show():
    """Rounding goes down."""
    assert nombre(1999) == "1\u202f999"


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (date(2026, 11, 1), "1er novembre 2026"),
        ("2026-11-20", "20 novembre 2026"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1er janvier 2027"),
        ("2026-08-05T10:00:00Z", "5 août 2026"),
        (None, "—"),
    ],
)
def test_dates_are_written_out_in_paris_time(moment, written):
    """An instant is shown as the day that it was in Paris."""
    assert date_fr(moment) == written


def test_hours_are_written_in_paris_time():
    """14:05 UTC in winter is 15 h 05."""
    assert heure_fr("2026-11-22T14:05:00Z") == "15\u00a0h\u00a005"
