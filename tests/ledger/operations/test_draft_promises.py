"""What becomes of a promise moves "promised" by exactly that, and money never does."""

import pytest

from services.ledger.queries.progress import Figures
from shared.testing.harness import hear_again
from tests.ledger.books import (
    Books,
    lapsed,
    letter,
    made_firm,
    met,
    payment,
    pledge,
    pledge_cancelled,
    pledge_changed,
    pledge_expired,
    trigger_reversed,
    triggered,
)


async def test_a_change_posts_the_difference(books: Books) -> None:
    """ENG: D 802100 / C 809100 when it grew, the reverse when it shrank."""
    made = pledge(5_000)
    await books.hear(made, pledge_changed(made, 5_000, 8_000), pledge_changed(made, 8_000, 6_000))
    assert await books.entries() == [
        ("ENG", 1, {"802100": 5_000, "809100": -5_000}),
        ("ENG", 2, {"802100": 3_000, "809100": -3_000}),
        ("ENG", 3, {"802100": -2_000, "809100": 2_000}),
    ]


async def test_what_moves_nothing_posts_nothing(books: Books) -> None:
    """Another date, or nothing to release: no entry, also when it is heard again."""
    made = pledge(5_000)
    heard = await books.hear(made, pledge_changed(made, 5_000, 5_000), pledge_cancelled(made, 0))
    await hear_again(books.service, heard)
    assert len(await books.entries()) == 1
    assert await books.problems() == []


async def test_what_had_not_come_is_released_once(books: Books) -> None:
    """Cancelled or expired: the rest stays promised, and a repeated event takes nothing more."""
    cancelled, expired = pledge(5_000), pledge(7_000)
    heard = await books.hear(
        cancelled, expired, pledge_cancelled(cancelled, 3_000), pledge_expired(expired, 7_000)
    )
    await hear_again(books.service, heard)
    assert await books.figures() == Figures(2_000, 0, 0, 0)
    assert await books.problems() == []


async def test_late_money_does_not_raise_what_is_promised(books: Books) -> None:
    """It is received, as any other."""
    made = pledge(5_000)
    await books.hear(made, pledge_expired(made, 5_000), payment(5_000, pledge_id=made.pledge_id))
    assert await books.figures() == Figures(0, 5_000, 0, 0)


async def test_a_signed_commitment_is_promised(books: Books) -> None:
    """As a person's word is; its lines name the instrument."""
    await books.hear(pledge(5_000, commitment="signed", instrument="loan", payer_kind="company"))
    assert await books.figures() == Figures(5_000, 0, 0, 0)
    assert await books.rows("select distinct instrument from entry_lines") == [("loan",)]


async def test_a_letter_of_intent_is_never_in_what_is_promised(books: Books) -> None:
    """ENG: D 802200 / C 809300, memo accounts of their own; the lines name the instrument."""
    await books.hear(letter(5_000, instrument="loan"))
    assert await books.entries() == [("ENG", 1, {"802200": 5_000, "809300": -5_000})]
    assert await books.figures() == Figures(0, 0, 0, 0)
    assert await books.rows("select distinct instrument from entry_lines") == [("loan",)]


@pytest.mark.parametrize("commitment", ["promise", "signed"])
async def test_a_letter_made_firm_moves_to_what_is_promised(books: Books, commitment: str) -> None:
    """ENG: D 802100 / C 809100 / D 809300 / C 802200; a repeat moves nothing more."""
    intended = letter(5_000)
    heard = await books.hear(intended, made_firm(intended, commitment))
    await hear_again(books.service, heard)
    assert (await books.entries())[1:] == [
        ("ENG", 2, {"802100": 5_000, "809100": -5_000, "809300": 5_000, "802200": -5_000})
    ]
    assert await books.figures() == Figures(5_000, 0, 0, 0)
    assert await books.problems() == []


async def test_a_promise_under_a_condition_is_not_promised_yet(books: Books) -> None:
    """ENG: D 802300 / C 809400; the public figure stays."""
    await books.hear(pledge(10_000, is_conditional=True))
    assert await books.entries() == [("ENG", 1, {"802300": 10_000, "809400": -10_000})]
    assert await books.figures() == Figures(0, 0, 0, 0)


async def test_what_is_triggered_is_promised_and_what_is_taken_back_is_not(books: Books) -> None:
    """Both memo pairs move in one entry, and back in another."""
    promised = pledge(10_000, is_conditional=True)
    await books.hear(promised, triggered(promised, 3_000), trigger_reversed(promised, 1_000))
    assert [lines for _, _, lines in await books.entries()][1:] == [
        {"802100": 3_000, "809100": -3_000, "809400": 3_000, "802300": -3_000},
        {"802100": -1_000, "809100": 1_000, "809400": -1_000, "802300": 1_000},
    ]
    assert (await books.figures()).promised_minor == 2_000


async def test_a_threshold_that_is_met_is_promised_whole(books: Books) -> None:
    """Nothing is left under its condition."""
    promised = pledge(10_000, is_conditional=True)
    await books.hear(promised, met(promised, 10_000))
    assert await books.balances() == {"802100": 10_000, "809100": -10_000}


async def test_what_lapses_leaves_the_books(books: Books) -> None:
    """What was triggered stays promised."""
    promised = pledge(10_000, is_conditional=True)
    await books.hear(promised, triggered(promised, 3_000), lapsed(promised, 7_000))
    assert await books.balances() == {"802100": 3_000, "809100": -3_000}
    assert await books.problems() == []


async def test_what_is_promised_is_released_with_its_own_instrument(books: Books) -> None:
    """A loan that is cancelled, changed, triggered or lapses leaves nothing of a gift behind."""
    lent, conditional = (
        pledge(5_000, instrument="loan"),
        pledge(7_000, instrument="loan", is_conditional=True),
    )
    await books.hear(lent, pledge_changed(lent, 5_000, 8_000), pledge_cancelled(lent, 8_000))
    await books.hear(conditional, triggered(conditional, 3_000), lapsed(conditional, 4_000))
    assert await books.rows("select distinct instrument from entry_lines") == [("loan",)]
