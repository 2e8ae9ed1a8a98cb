"""The count itself: what is lost, double or changed is found, however it came about."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import asyncpg
import pytest

from deploy.trials.chaos.counting import Row, compare, in_ledger, in_pledges, planned
from deploy.trials.chaos.plan import Fate, PlannedLine, PlannedPromise
from shared.events.pledges import PaymentReceived
from shared.runtime import Service
from shared.testing.harness import hear
from shared.values import new_id
from tests.conftest import MakeService

RECEIPT = Row(name="bank-1", territory="64", fate=Fate.RECEIVED, amount_minor=5_000)
OTHER = Row(name="bank-2", territory="75", fate=Fate.RECEIVED, amount_minor=700)


def test_three_that_agree_are_right() -> None:
    """Nothing is wrong where all three say the same."""
    count = compare([RECEIPT, OTHER], [RECEIPT, OTHER], [OTHER, RECEIPT])
    assert count.is_right
    assert count.problems == []
    assert count.totals_minor["ledger"] == {"received": 5_700}


@pytest.mark.parametrize(
    ("pledges", "ledger"), [([], []), ([RECEIPT], []), ([], [RECEIPT])], ids=["both", "ledger", "pledges"]
)
def test_a_lost_receipt_is_lost_once(pledges: list[Row], ledger: list[Row]) -> None:
    """A receipt that pledges, the ledger or both lack is one lost receipt with its amount."""
    count = compare([RECEIPT, OTHER], [*pledges, OTHER], [*ledger, OTHER])
    assert (count.lost, count.lost_minor, count.double, count.unbalanced) == (1, 5_000, 0, 0)
    assert not count.is_right


def test_a_receipt_that_is_there_twice_is_double() -> None:
    """A receipt that the ledger has twice is one double with its amount."""
    count = compare([RECEIPT], [RECEIPT], [RECEIPT, RECEIPT])
    assert (count.lost, count.double, count.double_minor, count.unbalanced) == (0, 1, 5_000, 0)


@pytest.mark.parametrize(
    "changed",
    [replace(RECEIPT, amount_minor=4_999), replace(RECEIPT, territory="2A"), replace(RECEIPT, fate="fee")],
)
def test_a_receipt_that_says_something_else_is_out_of_balance(changed: Row) -> None:
    """Another amount, territory or fate is neither lost nor double, and found."""
    count = compare([RECEIPT], [RECEIPT], [changed])
    assert (count.lost, count.double, count.unbalanced) == (0, 0, 1)


@pytest.fixture
async def ledger(make_service: MakeService) -> Service:
    return await make_service("ledger")


@pytest.fixture
async def books(ledger: Service) -> AsyncIterator[asyncpg.Connection]:
    """The ledger's database."""
    connection = await asyncpg.connect(ledger.settings.database_url)
    yield connection
    await connection.close()


def payment(amount_minor: int) -> PaymentReceived:
    day = date(2026, 10, 1)
    return PaymentReceived(
        territory="64",
        line_id=uuid4(),
        statement_id=new_id(),
        amount_minor=amount_minor,
        currency="EUR",
        booked_on=day,
        value_on=day,
        pledge_id=uuid4(),
        person_id=uuid4(),
        fund="fonds-commun",
        matched_by="structured_reference",
    )


async def test_an_entry_that_no_bank_line_stands_behind_is_double(
    ledger: Service, books: asyncpg.Connection
) -> None:
    """One receipt that the ledger's own operation posts beside those of the bank is one double."""
    known, extra = payment(5_000), payment(300)
    await hear(ledger, [known, extra])
    count = compare([RECEIPT], [RECEIPT], await in_ledger(books, {str(known.line_id): RECEIPT.name}))
    assert (count.lost, count.double, count.double_minor, count.unbalanced) == (0, 1, 300, 0)


async def test_a_receipt_that_the_ledger_never_posted_is_lost(
    ledger: Service, books: asyncpg.Connection
) -> None:
    """One receipt of two that the ledger has not is one lost."""
    known = payment(5_000)
    await hear(ledger, [known])
    names = {str(known.line_id): RECEIPT.name, str(uuid4()): OTHER.name}
    count = compare([RECEIPT, OTHER], [RECEIPT, OTHER], await in_ledger(books, names))
    assert (count.lost, count.lost_minor, count.double, count.unbalanced) == (1, 700, 0, 0)


async def test_an_empty_platform_has_lost_all_that_was_planned(make_service: MakeService) -> None:
    """Lines and promises are looked for under the names that the plan gave them."""
    pledges = await make_service("pledges")
    connection = await asyncpg.connect(pledges.settings.database_url)
    rows, names = await in_pledges(connection)
    await connection.close()
    promise = PlannedPromise(number=1, key="chaos-00000001-00000001", territory="64", amount_minor=900)
    line = PlannedLine(Fate.RECEIVED, "64", 5_000, promise)
    count = compare(planned([("bank-1", line)], [promise]), rows, [])
    assert (rows, names) == ([], {})
    assert (count.lost, count.lost_minor, count.lines, count.promises) == (2, 5_900, 1, 1)
