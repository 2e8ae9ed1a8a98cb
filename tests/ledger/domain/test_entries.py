"""What an entry must be before it is posted."""

from datetime import date
from uuid import uuid4

import pytest

from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import Draft, Line, UnbalancedEntry, UnknownAccount


def draft(*lines: Line) -> Draft:
    day = date(2026, 3, 2)
    return Draft(uuid4(), bytes(32), Journal.MISCELLANEOUS, day, day, "a document", "a label", lines)


@pytest.mark.parametrize(
    "lines",
    [
        [("512100", 100), ("754110", -99)],
        [("512100", 100, "EUR"), ("754110", -100, "XPF")],
        [("512100", 100), ("802100", -100)],
        [("512100", 0)],
        [],
    ],
    ids=["other sums", "other currencies", "memo against money", "one line", "no line"],
)
def test_an_entry_that_does_not_balance_is_refused(lines: list[tuple[str, int]]) -> None:
    """In each currency, and money apart from promises."""
    with pytest.raises(UnbalancedEntry):
        draft(*(Line(one[0], one[1], "f", *one[2:]) for one in lines)).check()


def test_an_account_that_the_chart_does_not_have_is_refused() -> None:
    """Also when the entry balances."""
    with pytest.raises(UnknownAccount):
        draft(Line("512100", 1, "f"), Line("999999", -1, "f")).check()
