"""The books of a period: what an account began with, what passed, where it ends; resources and their uses."""

from datetime import timedelta

import pytest

from services.ledger.queries.period import balances_of_period
from tests.ledger.books import DAY, Books, fee, letter, payment, payment_back, pledge

NEXT = DAY + timedelta(days=1)


@pytest.fixture
async def kept(books: Books) -> Books:
    """Two days: a gift that goes back in part, a loan, a fee; a promise before."""
    await books.adopt(1_000, on=DAY)
    gift = payment(10_000)
    await books.hear(pledge(900), gift, fee(150))
    await books.hear(
        payment_back(gift, 4_000, booked_on=NEXT), payment(700, booked_on=NEXT, instrument="loan")
    )
    return books


async def test_a_period_begins_where_the_one_before_it_ended(kept: Books) -> None:
    """Each account, to the cent; the end of the last is the ledger's balance."""
    async with kept.service.database.begin() as work:
        before = await balances_of_period(work, first=DAY, last=DAY)
        after = await balances_of_period(work, first=NEXT, last=NEXT + timedelta(days=99))
    ends = {row.account: row.closing_minor for row in before}
    assert all(row.opening_minor == ends.get(row.account, 0) for row in after)
    assert {row.account: row.closing_minor for row in after} == await kept.balances()
    bank = next(row for row in after if row.account == "512100")
    assert (bank.opening_minor, bank.debit_minor, bank.credit_minor) == (9_850, 700, 4_000)


async def test_debits_and_credits_of_a_period_are_equal(kept: Books) -> None:
    """Over all accounts, whatever the period."""
    async with kept.service.database.begin() as work:
        rows = await balances_of_period(work, first=NEXT, last=NEXT)
    assert sum(row.debit_minor for row in rows) == sum(row.credit_minor for row in rows)


async def test_the_table_is_the_page(kept: Books) -> None:
    """A line for each account and currency, in cents, francs in francs; days in the wrong order are put right."""
    table = (await kept.get(f"/comptes/balance.csv?du={NEXT}&au={DAY}")).text
    assert "512100;Banque;EUR;0;10700;4150;6550" in table
    page = (await kept.get(f"/comptes/balance?du={NEXT}&au={NEXT}")).text
    assert "98,50" in page
    await kept.hear(payment(1_000, territory="988", currency="XPF"))
    table = (await kept.get(f"/comptes/balance.csv?territoire=988&du={DAY}&au={DAY}")).text
    assert "512100;Banque;XPF;0;1000;0;1000" in table
    assert "1\u202f000\u00a0F\u00a0CFP" in (await kept.get(f"/comptes/balance?du={DAY}&au={DAY}")).text
    assert (await kept.get("/comptes/balance?du=hier")).status_code == 422


async def test_letters_of_intent_of_a_territory_stay_hidden(kept: Books) -> None:
    """In the page and in the table; who keeps the books there sees them."""
    await kept.hear(letter(77_700))
    keeper = await kept.treasurer()
    for path in ("/comptes/balance", "/comptes/balance.csv"):
        asked = f"{path}?territoire=64&du=2026-01-01&au=2026-12-31"
        assert "802200" not in (await kept.get(asked)).text
        assert "802200" in (await kept.get(asked, keeper)).text


async def test_resources_and_their_uses_of_a_year(kept: Books) -> None:
    """What was given back is none; what is left is the difference; francs are in it as euros."""
    page = (await kept.get("/comptes/emploi?annee=2026")).text
    for amount in ("60,00", "7,00", "1,50", "65,50"):
        assert amount in page
    assert "F\u00a0CFP" in page
    await kept.hear(payment(1_000, territory="988", currency="XPF"))
    page = (await kept.get("/comptes/emploi?annee=2026")).text
    for amount in ("68,38", "73,88"):
        assert amount in page
    assert "Aides versées" in (await kept.get("/comptes/emploi")).text
