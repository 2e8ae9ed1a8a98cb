"""Each fact about money becomes the journal lines of docs/flows.md, once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from services.ledger.domain.posting import UnknownInstrument
from services.ledger.domain.sharing import ReturnTooLarge
from services.ledger.queries.progress import Figures
from services.ledger.repository.books import EventChanged
from shared.bus import CauseMissing
from shared.events import Heard
from shared.events.pledges import Direction
from shared.testing.harness import hear_again
from tests.ledger.books import (
    DAY,
    Books,
    allocation,
    allocation_undone,
    fee,
    letter,
    payment,
    payment_back,
    pledge,
    refund,
    unexplained,
)


async def test_money_for_a_letter_of_intent_is_received(books: Books) -> None:
    """As any payment; nothing more is promised."""
    intended = letter(5_000)
    await books.hear(intended, payment(2_000, pledge_id=intended.pledge_id))
    assert await books.figures() == Figures(0, 2_000, 0, 0)


async def test_a_payment_is_split_by_the_share_of_its_day(books: Books) -> None:
    """COL: D 512100 a / C 754110 a − s / C 754190 s."""
    await books.adopt(500, on=DAY)
    await books.hear(payment(10_000))
    assert await books.entries() == [("COL", 1, {"512100": 10_000, "754110": -9_500, "754190": -500})]
    assert await books.figures() == Figures(0, 10_000, 500, 0)


@pytest.mark.parametrize(
    ("instrument", "account"),
    [
        ("loan", "168100"),
        ("participating_title", "167100"),
        ("cooperative_share", "101300"),
        ("cross_subscription", "467100"),
    ],
)
async def test_what_is_not_given_has_an_account_of_its_own(
    books: Books, instrument: str, account: str
) -> None:
    """It is received, whole and in euros: no local-currency share."""
    await books.adopt(500, on=DAY)
    received = payment(10_000, instrument=instrument)
    await books.hear(received, payment_back(received, 4_000))
    assert await books.entries() == [
        ("COL", 1, {"512100": 10_000, account: -10_000}),
        ("COL", 2, {account: 4_000, "512100": -4_000}),
    ]
    assert await books.figures() == Figures(0, 6_000, 0, 0)
    assert await books.rows("select distinct instrument from entry_lines") == [(instrument,)]
    assert await books.problems() == []


async def test_a_payment_with_an_unknown_instrument_is_not_posted(books: Books) -> None:
    """The chart has no account for it: its event is parked, with this sentence as the reason."""
    with pytest.raises(UnknownInstrument, match="'tulips'"):
        await books.hear(payment(10_000, instrument="tulips"))
    assert await books.figures() == Figures(0, 0, 0, 0)


async def test_a_payment_without_a_policy_has_no_share(books: Books) -> None:
    """And no empty line."""
    await books.hear(payment(10_000))
    assert await books.entries() == [("COL", 1, {"512100": 10_000, "754110": -10_000})]


async def test_a_refund_of_100_euros_under_5_percent_reverses_95_and_5(books: Books) -> None:
    """Vector 3: COL: D 754110 b − r / D 754190 r / C 512100 b."""
    await books.adopt(500, on=DAY)
    received = payment(10_000)
    await books.hear(received, payment_back(received, 10_000))
    assert (await books.entries())[1] == ("COL", 2, {"754110": 9_500, "754190": 500, "512100": -10_000})
    assert await books.balances() == {}


async def test_a_refund_that_we_ordered_is_posted_as_what_the_bank_returns(books: Books) -> None:
    """The share goes back with it, out of the same receipt."""
    await books.adopt(500, on=DAY)
    received = payment(10_000)
    await books.hear(received, payment_back(received, 4_000), refund(received, 6_000))
    assert (await books.entries())[2] == ("COL", 3, {"754110": 5_700, "754190": 300, "512100": -6_000})
    assert await books.balances() == {}


async def test_receipts_before_a_new_policy_keep_the_old_share(books: Books) -> None:
    """Vector 4: 5 % until the day before, 7 % from the day on, whatever the order in which they are posted."""
    await books.adopt(500, on=DAY - timedelta(days=30))
    await books.adopt(700, on=DAY)
    late = payment(10_000, booked_on=DAY - timedelta(days=1))
    await books.hear(payment(10_000), late, payment_back(late, 10_000))
    shares = [lines["754190"] for _, _, lines in await books.entries()]
    assert shares == [-700, -500, 500]


async def test_the_remainder_of_a_share_is_carried_to_the_next(books: Books) -> None:
    """Three times 5 % of 0,30 €: 1, 2 and 1 cents, and the fourth half cent stays on the chain."""
    await books.adopt(500, on=DAY)
    await books.hear(*[payment(30) for _ in range(3)])
    assert [lines["754190"] for _, _, lines in await books.entries()] == [-1, -2, -1]
    assert await books.rows("select share_remainders from chains where territory = '64'") == [
        ({"EUR": 5_000},)
    ]


async def test_the_remainder_belongs_to_the_territory(books: Books) -> None:
    """What one carries does not tip another's share."""
    await books.adopt(500, on=DAY, territory="00")
    await books.hear(payment(30), payment(10, territory="13"))
    assert await books.rows("select territory, share_remainders from chains order by territory") == [
        ("13", {"EUR": 5_000}),
        ("64", {"EUR": 5_000}),
    ]


async def test_the_remainder_belongs_to_its_currency(books: Books) -> None:
    """Half a cent left over is no half franc: 5 % of 30 XPF is 1 F, the half of it waits for other francs."""
    await books.adopt(500, on=DAY, territory="00")
    euros, francs = payment(30, territory="988"), payment(30, territory="988", currency="XPF")
    await books.hear(euros, francs, payment(30, territory="988", currency="XPF"))
    assert [lines["754190"] for _, _, lines in await books.entries("988")] == [-1, -1, -2]
    assert await books.rows("select share_remainders from chains where territory = '988'") == [
        ({"EUR": 5_000, "XPF": 0},)
    ]
    await books.hear(payment_back(francs, 30, territory="988", currency="XPF"))
    assert await books.problems() == []


async def test_partial_returns_in_one_batch_or_several_give_back_the_share(books: Books) -> None:
    """33,33 + 33,33 + 33,34 of 100 €, one with its receipt, two later."""
    await books.adopt(333, on=DAY)
    received = payment(10_000)
    await books.hear(received, payment_back(received, 3_333))
    await books.hear(payment_back(received, 3_333), payment_back(received, 3_334))
    assert await books.balances() == {}
    assert await books.problems() == []


async def test_a_return_before_its_payment_waits(books: Books) -> None:
    """It is a missing cause, not a fault."""
    received = payment(100)
    with pytest.raises(CauseMissing):
        await books.hear(payment_back(received, 100))
    await books.hear(received)
    await books.hear(payment_back(received, 100))
    assert await books.balances() == {}


async def test_a_return_of_another_territorys_payment_finds_none(books: Books) -> None:
    """A territory gives back what it has received."""
    received = payment(100)
    await books.hear(received)
    with pytest.raises(CauseMissing):
        await books.hear(payment_back(received, 100, territory="13"))


async def test_a_return_of_more_than_is_left_is_refused(books: Books) -> None:
    """Nothing of it is posted."""
    received = payment(100)
    await books.hear(received, payment_back(received, 60))
    with pytest.raises(ReturnTooLarge):
        await books.hear(payment_back(received, 41))
    assert (await books.figures()).received_minor == 40


async def test_what_nothing_explains_is_in_suspense(books: Books) -> None:
    """OD, national: a credit D 512100 / C 471000, a debit the reverse; received in no territory."""
    await books.hear(unexplained(700), unexplained(200, Direction.DEBIT))
    assert await books.entries("00") == [
        ("OD", 1, {"512100": 700, "471000": -700}),
        ("OD", 2, {"512100": -200, "471000": 200}),
    ]
    assert await books.figures() == Figures(0, 0, 0, 0)


async def test_the_banks_fee_is_a_charge(books: Books) -> None:
    """OD: D 627000 / C 512100."""
    await books.hear(fee(150))
    assert await books.entries("00") == [("OD", 1, {"512100": -150, "627000": 150})]


async def test_the_same_event_past_the_inbox_posts_nothing_more(books: Books) -> None:
    """Vector 1, for each kind of fact: the journal knows its events."""
    await books.adopt(500, on=DAY)
    received = payment(100)
    heard = await books.hear(
        pledge(10),
        received,
        payment_back(received, 30),
        unexplained(5),
        unexplained(5, Direction.DEBIT),
        fee(1),
    )
    before = await books.verify()
    await hear_again(books.service, heard)
    await hear_again(books.service, heard)
    assert await books.verify() == before
    assert (before.entries, before.problems) == (6, [])


async def test_the_same_id_with_another_content_is_refused(books: Books) -> None:
    """The first one stays."""
    [heard] = await books.hear(payment(100))
    other = payment(999)
    changed = Heard(
        other, heard.id, heard.occurred_at, heard.correlation_id, other.model_dump_json().encode()
    )
    with pytest.raises(EventChanged):
        await hear_again(books.service, [changed])
    assert (await books.figures()).received_minor == 100


async def test_a_bank_line_has_one_entry_whatever_tells_of_it(books: Books) -> None:
    """Two events about one line: the second is refused by the database."""
    received = payment(100)
    await books.hear(received)
    with pytest.raises(IntegrityError):
        await books.hear(unexplained(100, line_id=received.line_id))
    with pytest.raises(IntegrityError):
        await books.hear(payment(100, line_id=received.line_id))


async def test_entry_numbers_have_no_gap_after_a_refusal(books: Books) -> None:
    """What is rolled back takes no number, in any journal."""
    received = payment(100)
    await books.hear(pledge(1), received)
    for _ in range(3):
        with pytest.raises(ReturnTooLarge):
            await books.hear(pledge(1), payment_back(received, 101))
    await books.hear(pledge(1), payment(5), payment(5, territory="13"))
    assert [(journal, number) for journal, number, _ in await books.entries()] == [
        ("ENG", 1), ("COL", 1), ("ENG", 2), ("COL", 2),
    ]  # fmt: skip
    assert [(journal, number) for journal, number, _ in await books.entries("13")] == [("COL", 1)]


async def test_sessions_that_post_at_once_keep_the_chain(books: Books) -> None:
    """Eight at once in one territory that has no chain yet: one order, no gap, nothing lost."""
    await books.adopt(333, on=DAY)
    batches = [[payment(101), pledge(7), payment(3)] for _ in range(8)]
    await asyncio.gather(*(books.hear(*batch) for batch in batches))
    found = await books.verify()
    assert (found.entries, found.problems) == (24, [])
    assert await books.figures() == Figures(56, 832, 832 * 333 // 10_000, 0)


async def test_one_event_posted_by_two_sessions_at_once_is_one_entry(books: Books) -> None:
    """The second waits for the chain and then knows the event."""
    heard = await books.hear(pledge(1))
    received = payment(100)
    one = Heard(received, uuid4(), heard[0].occurred_at, "c", received.model_dump_json().encode())
    await asyncio.gather(*(hear_again(books.service, [one]) for _ in range(4)))
    assert (await books.figures()).received_minor == 100


async def test_a_batch_is_of_one_territory(books: Books) -> None:
    """A mixed one would be booked in the wrong place: it is refused."""
    mixed: Any = [payment(1), payment(1, territory="13")]
    async with books.service.database.begin() as work:
        heard = [Heard(one, uuid4(), work.now, "c", b"") for one in mixed]
        with pytest.raises(ValueError, match="too many values"):
            await books.service.handlers.handler_of(mixed[0])(work, heard)


async def test_an_allocation_goes_through_liaison(books: Books) -> None:
    """00: D 471000 / C 181000; T: D 181000 / C 754110 / C 754190, by the policy of the bank's day."""
    await books.adopt(500, on=DAY)
    await books.adopt(900, on=DAY + timedelta(days=1))
    suspended = unexplained(10_000)
    cleared, received = allocation(suspended, 4_000)
    later = {"made_on": DAY + timedelta(days=3)}
    await books.hear(suspended, cleared.model_copy(update=later), received.model_copy(update=later))
    assert (await books.entries("00"))[1] == ("OD", 2, {"471000": 4_000, "181000": -4_000})
    assert await books.entries() == [("COL", 1, {"181000": 4_000, "754110": -3_800, "754190": -200})]
    assert await books.balances() == {"512100": 10_000, "471000": -6_000, "754110": -3_800, "754190": -200}
    assert await books.figures() == Figures(0, 4_000, 200, 0)


async def test_an_allocation_that_is_undone_leaves_only_suspense(books: Books) -> None:
    """Both contra-entries, and the share goes back as it was."""
    await books.adopt(500, on=DAY)
    suspended = unexplained(10_000)
    cleared, received = allocation(suspended, 10_000)
    await books.hear(suspended, cleared, received, *allocation_undone(received))
    assert await books.balances() == {"512100": 10_000, "471000": -10_000}
    assert (await books.entries())[1] == ("COL", 2, {"754110": 9_500, "754190": 500, "181000": -10_000})
    assert await books.problems() == []


async def test_an_allocation_is_undone_after_it_was_made(books: Books) -> None:
    """Heard first, it waits for its cause."""
    _, received = allocation(unexplained(10_000), 10_000)
    with pytest.raises(CauseMissing):
        await books.hear(allocation_undone(received)[1])


async def test_an_allocated_payment_is_returned_like_any_other(books: Books) -> None:
    """The bank's debit gives back the allocation's share."""
    await books.adopt(500, on=DAY)
    suspended = unexplained(10_000)
    cleared, received = allocation(suspended, 10_000)
    back = payment_back(received, 10_000, received_line_id=received.allocation_id)
    await books.hear(suspended, cleared, received, back)
    assert await books.balances() == {}
    assert await books.problems() == []


async def test_an_allocation_of_which_one_side_never_came_is_found(books: Books) -> None:
    """For an hour the two chains may differ; after it, somebody must look."""
    suspended = unexplained(10_000)
    cleared, _ = allocation(suspended, 4_000)
    await books.hear(suspended, cleared)
    assert await books.problems() == []
    await books.as_owner("update journal_entries set recorded_at = recorded_at - interval '2 hours'")
    assert any(str(suspended.line_id) in problem for problem in await books.problems())
