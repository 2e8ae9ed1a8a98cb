"""The books are proved against the bank, statement by statement, and open with what the account held."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.ledger.repository.books import EventChanged
from shared.events.ledger import ProgressAdvanced
from shared.events.pledges import Direction
from shared.testing.harness import hear_again, recorded
from tests.ledger.books import DAY, Books, fee, payment, payment_back, statement, unexplained


def month(opening_minor: int, days: int) -> list[tuple[Any, list[Any]]]:
    """A statement a day and its lines: a gift of 100 and a fee of 1."""
    found = []
    for number in range(days):
        id, day = UUID(int=number + 1), DAY + timedelta(days=number)
        lines = [payment(100, statement_id=id, booked_on=day), fee(1, statement_id=id, booked_on=day)]
        found.append((statement(opening_minor + 99 * number, lines, day=day, statement_id=id), lines))
    return found


async def proved_on(books: Books) -> date | None:
    progress = (await books.get("/api/ledger/progress")).json()
    found = progress["received_proved_on"]
    return date.fromisoformat(found) if found else None


async def test_the_first_statement_opens_the_books(books: Books) -> None:
    """AN: D 512100 / C 110000; the bank account is then the closing balance."""
    [(announced, lines)] = month(1_000, 1)
    await books.hear(announced, *lines)
    assert await books.prove() == 1
    assert ("AN", 1, {"512100": 1_000, "110000": -1_000}) in await books.entries("00")
    assert (await books.balances())["512100"] == announced.closing_minor == 1_099
    assert await proved_on(books) == DAY
    assert await books.problems() == []


async def test_an_account_in_the_red_opens_on_the_other_side(books: Books) -> None:
    """A negative balance is a credit of the bank account."""
    lines = [payment(100)]
    await books.hear(statement(-30, lines), *lines)
    await books.prove()
    assert await books.entries("00") == [("AN", 1, {"512100": -30, "110000": 30})]
    assert (await books.balances())["512100"] == 70


async def test_an_account_that_opens_empty_needs_no_entry(books: Books) -> None:
    """Its books begin with its first line."""
    lines = [payment(100)]
    await books.hear(statement(0, lines), *lines)
    assert await books.prove() == 1
    assert await books.entries("00") == []


async def test_a_statement_that_lacks_a_line_is_not_proved(books: Books) -> None:
    """Nor is one whose sums differ; the page says so until the last line is posted."""
    lines = [payment(100), payment(50, territory="13"), payment_back(payment(1), 7), unexplained(3)]
    lines[2] = payment_back(lines[0], 7)
    await books.hear(statement(0, lines), *lines[:3])
    assert await books.prove() == 0
    assert await proved_on(books) is None
    await books.hear(lines[3])
    assert await books.prove() == 1
    await asyncio.sleep(0.35)  # the board's figures are that old at most
    assert await proved_on(books) == DAY


async def test_every_kind_of_line_counts_for_the_proof(books: Books) -> None:
    """Both sides, matched or not, fees too; bank account = closing balance."""
    received = payment(900)
    lines = [received, payment_back(received, 200), unexplained(30), unexplained(5, Direction.DEBIT), fee(2)]
    announced = statement(10, lines)
    await books.hear(announced, *lines)
    assert await books.prove() == 1
    assert (await books.balances())["512100"] == announced.closing_minor == 733
    assert await books.problems() == []


async def test_a_gap_holds_back_later_statements_until_it_is_closed(books: Books) -> None:
    """The missing one comes late; all are then proved at once."""
    first, missing, last = month(0, 3)
    for announced, lines in (first, last):
        await books.hear(announced, *lines)
    assert await books.prove() == 1
    await books.hear(missing[0], *missing[1])
    assert await books.prove() == 2
    assert await proved_on(books) == DAY + timedelta(days=2)
    assert (await books.balances())["512100"] == last[0].closing_minor


async def test_an_earlier_statement_imported_late_adjusts_the_opening(books: Books) -> None:
    """By the difference, once it is proved: the account did not hold more, it held it earlier."""
    earlier, later = month(1_000, 2)
    await books.hear(later[0], *later[1])
    await books.prove()
    await books.hear(earlier[0], *earlier[1])
    assert await books.prove() == 1
    opened = [lines for journal, _, lines in await books.entries("00") if journal == "AN"]
    assert opened == [{"512100": 1_099, "110000": -1_099}, {"512100": -99, "110000": 99}]
    assert (await books.balances())["512100"] == later[0].closing_minor
    assert await books.problems() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
async def test_several_statements_of_one_day_come_in_any_order(books: Books, order: tuple[int, ...]) -> None:
    """The books open with the balance of the day's first, wherever it came in the file."""
    balance, found = 1_000, []
    for number in range(3):
        id = UUID(int=number + 1)
        lines = [payment(100 + number, statement_id=id)]
        found.append((statement(balance, lines, statement_id=id), lines))
        balance += 100 + number
    for number in order:
        await books.hear(found[number][0], *found[number][1])
        await books.prove()
    assert (await books.balances())["512100"] == balance
    assert await books.rows("select count(*) from statements where proved_at is null") == [(0,)]
    assert await books.problems() == []


async def test_a_statement_without_movement_is_proved_late_between_others(books: Books) -> None:
    """Those behind it make room, the public date goes on, and what is kept is what the journal says."""
    (first, one), (last, other) = month(0, 2)
    quiet = statement(99, [], statement_id=UUID(int=9), day=DAY + timedelta(days=1))
    last = last.model_copy(
        update={"closing_on": DAY + timedelta(days=2), "opening_on": DAY + timedelta(days=2)}
    )
    await books.hear(first, *one, last, *other)
    assert await books.prove() == 2
    await books.hear(quiet)
    assert await books.prove() == 1
    order = await books.rows("select statement_id from statements order by proved_position")
    assert [row.statement_id.int for row in order] == [1, 9, 2]
    assert await proved_on(books) == DAY + timedelta(days=2)
    assert await books.problems() == []


async def test_a_day_is_proved_on_only_when_no_earlier_one_waits(books: Books) -> None:
    """A second account that lags behind holds back the date, not the other account's proof."""
    quick, slow = month(0, 1)[0], [payment(5, statement_id=UUID(int=99))]
    await books.hear(quick[0], *quick[1])
    lagging = statement(0, slow, statement_id=UUID(int=99), account="B", day=DAY - timedelta(days=1))
    await books.hear(lagging)
    assert await books.prove() == 1
    assert await proved_on(books) is None


async def test_a_statement_heard_twice_is_kept_once(books: Books) -> None:
    """And opens the books once; with another content it is refused."""
    lines = [payment(100)]
    heard = await books.hear(statement(50, lines), *lines)
    await books.prove()
    await hear_again(books.service, heard)
    assert await books.prove() == 0
    with pytest.raises(EventChanged):
        await books.hear(statement(51, lines))
    assert (await books.balances())["512100"] == 150


async def test_a_proof_tells_the_figures_of_the_territories_that_it_moved(books: Books) -> None:
    """Once for each, also when replicas prove at the same time; nothing is said of the national lane."""
    lines = [payment(100), payment(50, territory="13"), unexplained(3)]
    await books.hear(statement(0, lines), *lines)
    await asyncio.gather(*(books.prove() for _ in range(4)))
    told = [event for event in await recorded(books.service) if isinstance(event, ProgressAdvanced)]
    assert [(event.territory, event.received_minor) for event in told] == [("13", 50), ("64", 100)]
