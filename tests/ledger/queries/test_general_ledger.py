"""The general ledger: each line of an account over a period, with what the account holds after it."""

from datetime import date, timedelta

import pytest

from services.ledger.queries.general_ledger import AccountLine, LedgerPage, WantedAccount, ledger_page
from tests.ledger.books import DAY, Books, fee, payment, payment_back, pledge

NEXT = DAY + timedelta(days=1)
END = DAY + timedelta(days=99)
BANK = WantedAccount("512100", "EUR", DAY, END, "64")


@pytest.fixture
async def kept(books: Books) -> Books:
    """Three days, posted in another order than theirs; another territory and the national lane beside."""
    back = payment(3_000, booked_on=NEXT)
    await books.hear(pledge(900), back, payment(10_000), payment(1_000))
    await books.hear(payment_back(back, 500, booked_on=NEXT + timedelta(days=5)))
    await books.hear(payment(70, territory="13"), fee(25, booked_on=NEXT))
    return books


async def read(books: Books, wanted: WantedAccount, *, at_most: int = 100) -> LedgerPage:
    async with books.service.database.begin() as work:
        return await ledger_page(work, wanted, after=None, at_most=at_most)


async def paged(books: Books, wanted: WantedAccount, *, at_most: int) -> list[AccountLine]:
    """All lines, page after page."""
    lines: list[AccountLine] = []
    after = None
    async with books.service.database.begin() as work:
        while True:
            page = await ledger_page(work, wanted, after=after, at_most=at_most)
            assert len(page.lines) <= at_most
            assert page.before_minor == (lines[-1].balance_minor if lines else page.period.opening_minor)
            lines += page.lines
            if (after := page.next_after) is None:
                return lines


async def test_lines_are_in_the_order_of_their_days(kept: Books) -> None:
    """Whenever they were posted, each with the balance after it."""
    found = await read(kept, BANK)
    assert [(line.entry_on, line.amount_minor, line.balance_minor) for line in found.lines] == [
        (DAY, 10_000, 10_000),
        (DAY, 1_000, 11_000),
        (NEXT, 3_000, 14_000),
        (NEXT + timedelta(days=5), -500, 13_500),
    ]


@pytest.mark.parametrize("first", [DAY - timedelta(days=9), DAY, NEXT, NEXT + timedelta(days=1), END])
@pytest.mark.parametrize("territory", ["64", "13", None])
async def test_a_period_runs_from_its_opening_to_its_closing(
    kept: Books, first: date, territory: str | None
) -> None:
    """Whatever its first day: opening, lines and closing agree, and the last closing is the balance."""
    found = await read(kept, BANK._replace(first=first, territory=territory))
    running = found.period.opening_minor
    for line in found.lines:
        running += line.amount_minor
        assert line.balance_minor == running
    assert found.period.closing_minor == running == (await kept.balances(territory))["512100"]


async def test_pages_of_any_size_give_the_same_lines(kept: Books) -> None:
    """Also when a page ends inside a day or between territories."""
    wanted = BANK._replace(territory=None)
    whole = (await read(kept, wanted)).lines
    assert [line.territory for line in whole] == ["13", "64", "64", "00", "64", "64"]
    for size in range(1, len(whole) + 2):
        assert await paged(kept, wanted, at_most=size) == whole


async def test_an_account_without_lines_says_what_it_held(kept: Books) -> None:
    """In a later period: its opening is its closing."""
    found = await read(kept, BANK._replace(first=END))
    assert (found.lines, found.period.opening_minor, found.period.closing_minor) == ([], 13_500, 13_500)
