"""Every posting names its fund, its territory and its instrument, whichever fact it comes from."""

from typing import Any

import pytest

from services.ledger.domain.chart import RECEIVED
from services.ledger.domain.funds import FAMILIES, GENERAL_FUND
from shared.events.hearing import HEARS
from shared.events.members import RoleGranted, RoleRevoked, SigningKeyPublished
from shared.events.pledges import Direction, RepaymentReferenceIssued
from shared.events.projects import Family
from shared.values import lanes
from tests.ledger.books import (
    DAY,
    FUND,
    Books,
    allocation,
    allocation_undone,
    debit,
    fee,
    lapsed,
    letter,
    made_firm,
    met,
    payment,
    payment_back,
    pledge,
    pledge_cancelled,
    pledge_changed,
    pledge_expired,
    refund,
    repayment,
    repayment_back,
    request,
    statement,
    trigger_reversed,
    triggered,
    unexplained,
)
from tests.ledger.mlc import Mlc
from tests.ledger.operations.test_correct import confirm as confirm_correction
from tests.ledger.operations.test_correct import line
from tests.ledger.operations.test_correct import order as order_correction
from tests.ledger.operations.test_disburse import confirm, ordered
from tests.ledger.operations.test_repayments import confirm as confirm_schedule
from tests.ledger.operations.test_repayments import order as order_schedule

POST_NOTHING = {RepaymentReferenceIssued, RoleGranted, RoleRevoked, SigningKeyPublished}


@pytest.fixture
async def history(books: Books) -> set[type[Any]]:
    """One of each fact that the ledger hears, a correction, what a proved statement opens; returns the facts' types."""
    mlc = await Mlc.open(books)
    await books.adopt(500, on=DAY)
    first, intended = pledge(5_000), letter(700)
    conditional = [pledge(900, is_conditional=True) for _ in "123"]
    asked = request(400)
    received, unmatched = payment(10_000), unexplained(1_000)
    cleared, allocated = allocation(unmatched, 600)
    promises = [
        first,
        intended,
        made_firm(intended),
        pledge_changed(first, 5_000, 6_000),
        pledge_cancelled(first, 500),
        pledge_expired(first, 400),
        *conditional,
        triggered(conditional[0], 300),
        trigger_reversed(conditional[0], 100),
        met(conditional[1], 900),
        lapsed(conditional[2], 900),
    ]
    bank = [
        received,
        payment(50, instrument="loan"),
        payment_back(received, 100),
        refund(received, 200),
        unmatched,
        unexplained(30, Direction.DEBIT),
        fee(15),
    ]
    moved = [cleared, allocated, *allocation_undone(allocated)]
    lent = request(1_000, family=Family.INVESTMENT)
    back = repayment(lent, 450)
    await books.hear(*promises, *bank, *moved, asked, lent)
    conversion_id = await mlc.committed(60)
    converted = mlc.debit(conversion_id, 60)
    out = [debit(asked), debit(lent), back, repayment_back(back), converted]
    said = statement(2_000, [*bank, *out])
    for one in (asked, lent):
        _, second, order_hash = await ordered(books, one)
        await confirm(books, one, second, order_hash)
    await books.hear(*out[:2])
    schedule = (await order_schedule(books, lent, await books.treasurer())).json()
    await confirm_schedule(books, schedule, await books.treasurer())
    await books.hear(*out[2:], said)
    assert (await mlc.units(conversion_id, 60)).status_code == 200
    await mlc.delivered(40)
    assert await books.prove() == 1
    await _correct(books)
    return {type(event) for event in (*promises, *bank, *moved, asked, *out, said)}


async def _correct(books: Books) -> None:
    found = await books.rows(
        "select seq from entry_lines where territory = '64' and account = '168100' and amount_minor = -50"
    )
    lines = [line("512100", 50, FUND), line("754110", -50, FUND)]
    made = await order_correction(books, await books.treasurer(), lines, seq=found[0].seq)
    assert (await confirm_correction(books, await books.treasurer(), made.json())).status_code == 200


async def test_a_history_of_everything_names_everything(books: Books, history: set[type[Any]]) -> None:
    """Every fact that the ledger hears is in it, and what it hears next belongs there too."""
    assert history == set(HEARS["ledger"]) - POST_NOTHING
    journals = await books.rows("select distinct journal from journal_entries order by journal")
    assert [row.journal for row in journals] == ["AN", "COL", "DEC", "ENG", "ML", "OD", "REM"]
    lines = await books.rows("select distinct territory, fund, instrument from entry_lines")
    assert {row.territory for row in lines} <= set(lanes())
    assert {row.fund for row in lines} == {FUND, GENERAL_FUND}
    assert {row.instrument for row in lines} <= RECEIVED.keys() | FAMILIES.keys()
    assert {"gift", "loan", "grant"} <= {row.instrument for row in lines}
    assert await books.problems() == []


async def test_what_belongs_to_no_fund_yet_is_in_the_national_lane(
    books: Books, history: set[type[Any]]
) -> None:
    """Suspense, fees, and what the account held before; what territories receive is in the pledge's fund."""
    lines = await books.rows("select distinct territory, fund from entry_lines order by territory")
    assert [tuple(row) for row in lines] == [("00", GENERAL_FUND), ("64", FUND)]


@pytest.mark.parametrize("missing", ["fund", "instrument", "territory"])
async def test_the_database_refuses_a_line_without_a_name(books: Books, missing: str) -> None:
    """Whichever of the three it lacks."""
    said: dict[str, Any] = {"territory": "64", "fund": FUND, "instrument": "gift", missing: ""}
    with pytest.raises(Exception, match="ck_entry_lines__named"):
        await books.rows(
            "insert into entry_lines (territory, seq, line, account, fund, instrument, currency, amount_minor)"
            " values (:territory, 9, 1, '512100', :fund, :instrument, 'EUR', 5)",
            **said,
        )
