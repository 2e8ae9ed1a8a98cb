"""What came in on the last days, and the day on which the aim was reached."""

from datetime import date, timedelta

import pytest

from services.ledger import board
from services.ledger.domain.projection import Projection, State
from services.ledger.queries.projection import projection
from tests.ledger.books import DAY, Books, payment, payment_back, pledge, statement, unexplained


async def read(books: Books, *, received_minor: int, target_minor: int = 10**11) -> Projection:
    async with books.service.database.begin() as work:
        return await projection(work, received_minor=received_minor, target_minor=target_minor)


async def weekly(books: Books, weeks: int, amount_minor: int, *, territory: str = "64") -> date:
    """A payment in each of so many weeks; the day that ends the last of them."""
    days = [DAY + timedelta(weeks=week) for week in range(weeks)]
    await books.hear(*[payment(amount_minor, booked_on=day, territory=territory) for day in days])
    return days[-1] + timedelta(days=6)


async def test_nothing_is_said_of_empty_books(books: Books) -> None:
    """Not even a day until which something is known."""
    assert await read(books, received_minor=0) == Projection(State.TOO_EARLY)


async def test_the_pace_is_that_of_all_territories_together(books: Books) -> None:
    """Received alone: neither promises nor what waits in suspense."""
    end = await weekly(books, 5, 500)
    await weekly(books, 5, 200, territory="2A")
    await books.hear(pledge(10**9), unexplained(10**8), statement(0, [], day=end))
    found = await read(books, received_minor=3_500, target_minor=4_200)
    assert (found.state, found.through, found.weeks, found.weekly_minor) == (State.PROJECTED, end, 5, 700)
    assert found.expected_on == end + timedelta(days=7)


async def test_what_went_back_slows_the_pace(books: Books) -> None:
    """As of the day on which it went."""
    end = await weekly(books, 4, 500)
    back = payment(400, booked_on=DAY)
    await books.hear(back, payment_back(back, 400, booked_on=end))
    assert (await read(books, received_minor=2_000)).weekly_minor == 500


async def test_weeks_without_money_count_once_the_bank_told_of_them(books: Books) -> None:
    """A statement says that nothing came, with or without lines."""
    end = await weekly(books, 4, 500)
    await books.hear(statement(0, [], day=end + timedelta(weeks=4)))
    found = await read(books, received_minor=2_000)
    assert (found.weeks, found.weekly_minor) == (8, 250)


async def test_older_money_fills_the_window(books: Books) -> None:
    """Thirteen weeks, the latest, whatever came before."""
    await weekly(books, 20, 100)
    found = await read(books, received_minor=2_000)
    assert (found.weeks, found.weekly_minor, found.earliest_on) == (13, 100, found.latest_on)


async def test_an_aim_that_is_reached_has_its_day(books: Books) -> None:
    """The last on which it was passed upwards."""
    first = payment(1_000)
    await books.hear(first, payment_back(first, 600, booked_on=DAY + timedelta(days=1)))
    await books.hear(payment(700, booked_on=DAY + timedelta(days=3)))
    found = await read(books, received_minor=1_100, target_minor=1_000)
    assert (found.state, found.reached_on) == (State.REACHED, DAY + timedelta(days=3))


async def test_francs_are_in_the_pace_as_they_are_in_what_is_received(books: Books) -> None:
    """By the fixed parity: a place's days add up to what it has had, to the cent."""
    days = [DAY + timedelta(days=day) for day in range(35)]
    francs = {"currency": "XPF", "territory": "988"}
    await books.hear(*[payment(1, booked_on=day, **francs) for day in days])
    await books.hear(statement(0, [], day=days[-1]))
    assert (await read(books, received_minor=29)).weekly_minor == 5  # 29 cents in five weeks, not 35


async def test_an_aim_is_reached_with_francs(books: Books) -> None:
    """On the day on which the counter, which converts them, came to it."""
    await books.hear(
        payment(500), payment(1_000, territory="987", currency="XPF", booked_on=DAY + timedelta(days=2))
    )
    found = await read(books, received_minor=1_338, target_minor=1_338)
    assert (found.state, found.reached_on) == (State.REACHED, DAY + timedelta(days=2))


async def test_the_board_reads_it_once_a_minute_and_when_the_aim_is_reached(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came a moment ago is in the figures, and in the pace a minute later."""
    monkeypatch.setattr(board, "FRESH_SECONDS", -1)
    shown = board.Board(database=books.service.database, target_minor=1_000)
    assert (await shown.current())["projection"]["state"] == "too_early"
    await weekly(books, 5, 100)
    moved = await shown.current()
    assert (moved["received_minor"], moved["projection"]["state"]) == (500, "too_early")
    monkeypatch.setattr(board, "PROJECTED_SECONDS", -1)
    assert (await shown.current())["projection"]["state"] == "projected"
    monkeypatch.undo()
    monkeypatch.setattr(board, "FRESH_SECONDS", -1)
    await books.hear(payment(500))
    assert (await shown.current())["projection"]["state"] == "reached"


async def test_a_statement_of_the_first_or_last_day_of_time_stops_nothing(books: Books) -> None:
    """No date is before the first or after the last."""
    await books.hear(payment(5, booked_on=date.min))
    assert (await read(books, received_minor=5)).state is State.TOO_EARLY
    await books.hear(payment(5, booked_on=date.max))
    assert (await read(books, received_minor=10)).through == date.max
