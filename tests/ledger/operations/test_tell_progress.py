"""What everybody is told when a statement proves new money."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.ledger.operations.prove import prove_statements
from shared.events.ledger import MilestoneReached
from shared.testing.harness import recorded
from tests.ledger.books import DAY, Books, payment, payment_back, statement

AIM = 100_000
DAY_2, DAY_3, DAY_4 = (UUID(int=number) for number in (2, 3, 4))


async def proved(books: Books, *lines: Any, day: int = 0, opening: int = 0) -> int:
    """A statement of these lines, proved; what it closed with."""
    on = DAY + timedelta(days=day)
    announced = statement(opening, list(lines), day=on, statement_id=lines[0].statement_id)
    await books.hear(*lines, announced)
    async with books.service.database.begin() as work:
        assert await prove_statements(work, target_minor=AIM) == 1
    return announced.closing_minor


async def told(books: Books) -> list[tuple[str, int]]:
    return [
        (event.territory, event.percent)
        for event in await recorded(books.service)
        if isinstance(event, MilestoneReached)
    ]


async def test_each_hundredth_and_each_first_euro_is_told_once(books: Books) -> None:
    """Several at once when much comes; not again when money went back and comes anew."""
    first = payment(999)
    closing = await proved(books, first)
    assert await told(books) == [("64", 0)]
    closing = await proved(books, payment(2_001, territory="13", statement_id=DAY_2), day=1, opening=closing)
    assert await told(books) == [("64", 0), ("00", 1), ("00", 2), ("00", 3), ("13", 0)]
    back = payment_back(first, 999, statement_id=DAY_3)
    closing = await proved(books, back, day=2, opening=closing)
    await proved(books, payment(1_500, statement_id=DAY_4), day=3, opening=closing)
    assert len(await told(books)) == 5


async def test_a_hundred_hundredths_are_the_aim_and_more_may_come(books: Books) -> None:
    """Nobody stops there."""
    await proved(books, payment(AIM + 1_000))
    assert [percent for territory, percent in await told(books) if territory == "00"] == [*range(1, 102)]
