"""Where the movement's pace leads, in words."""

from datetime import timedelta

import pytest

from services.ledger.board import Board
from tests.ledger.books import DAY, Books, payment


async def shown(books: Books, weekly: list[int], *, target_minor: int) -> str:
    """The page, after a payment at the end of each week and a first one on the first day."""
    days = [DAY + timedelta(days=6, weeks=week) for week in range(len(weekly))]
    await books.hear(payment(1, booked_on=DAY))
    await books.hear(*[payment(amount, booked_on=day) for amount, day in zip(weekly, days, strict=True)])
    books.service.app.state.board = Board(database=books.service.database, target_minor=target_minor)
    return " ".join((await books.get("/progression")).text.replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("weekly", "target_minor", "said"),
    [
        ([99_999, 100_000, 100_000, 100_000], 500_000, "serait atteint le <strong>5 avril 2026</strong>"),
        ([99_999, 100_000, 100_000, 100_000], 500_000, "va du 5 avril 2026 au 5 avril 2026"),
        ([400_000, 1, 1, 1], 10**6, "et peut-être jamais à ce rythme"),
        ([50, 50, 50, 50], 10**11, "il faudrait plus d’un siècle pour atteindre 1 Md€"),
        ([50, 50, 50], 10**11, "Il est trop tôt pour dire une date"),
        ([50, 50, 50, 850], 1_001, "est atteint depuis le <strong>29 mars 2026</strong>"),
    ],
)
async def test_the_page_says_what_can_be_said(
    books: Books, weekly: list[int], target_minor: int, said: str
) -> None:
    """A day and its interval, that it may be never, that it is too early, or since when it is done."""
    assert said in await shown(books, weekly, target_minor=target_minor)


async def test_the_aim_has_no_day_in_one_territory(books: Books) -> None:
    """The aim is that of all together."""
    assert "À ce rythme" in (await books.get("/progression")).text
    assert "À ce rythme" not in (await books.get("/progression?territoire=64")).text
