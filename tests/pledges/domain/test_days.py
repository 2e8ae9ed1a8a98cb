"""Days as people type them."""

from datetime import date

import pytest

from services.pledges.domain.days import DayNotUnderstood, day_from


@pytest.mark.parametrize("text", ["2027-03-05", "05/03/2027", " 5/3/2027 ", "5.3.2027", "05 03 2027"])
def test_a_day_is_read_as_french_people_write_it(text):
    """The day first; or as a browser's date field sends it."""
    assert day_from(text) == date(2027, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "demain", "31/02/2027", "2027-13-01", "0000-01-01", "5/3/27", "٥/٣/٢٠٢٧", "\0"]
)
def test_what_is_no_day_is_refused(text):
    """With an example of one."""
    with pytest.raises(DayNotUnderstood, match="05/03/2027"):
        day_from(text)
