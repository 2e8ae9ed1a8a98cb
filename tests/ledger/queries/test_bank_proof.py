"""The daily proof: the books hold at the bank what its statements say."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.ledger.queries.bank_proof import BankProof, HeldAtTheBank, bank_proof
from tests.ledger.books import DAY, Books, fee, payment, statement, unexplained


async def proof(books: Books) -> BankProof:
    async with books.service.database.begin() as work:
        return await bank_proof(work)


def held(currency: str, held_minor: int, expected_minor: int) -> HeldAtTheBank:
    return HeldAtTheBank(currency=currency, held_minor=held_minor, expected_minor=expected_minor)


async def posted(books: Books, lines: list[Any], opening_minor: int = 0, **other: Any) -> None:
    await books.hear(*lines, statement(opening_minor, lines, **other))


async def test_a_proved_statement_is_what_the_books_hold(books: Books) -> None:
    """Its opening balance, receipts, fees and suspense included."""
    await posted(books, [payment(10_000), fee(300), unexplained(700)], opening_minor=5_000)
    await books.prove()
    found = await proof(books)
    assert (found.currencies, found.is_proved) == ([held("EUR", 15_400, 15_400)], True)
    assert [one.closing_minor for one in found.accounts] == [15_400]


async def test_lines_whose_announcement_is_missing_are_not_proved(books: Books) -> None:
    """The books hold what the lines say, and no statement says yet that these are its own: a sentence says so."""
    await posted(books, [payment(500)])
    await books.prove()
    await books.hear(payment(10_000, statement_id=UUID(int=2)))
    found = await proof(books)
    assert (found.currencies, found.is_proved) == ([held("EUR", 10_500, 10_500)], False)
    (one,) = found.unproved
    assert (one.statement_id, one.announced_lines, one.posted_lines) == (UUID(int=2), None, 1)
    page = (await books.get("/comptes")).text
    assert "son annonce" in page
    assert "La banque le prouve" not in page


async def test_the_page_says_that_a_part_is_proved_while_a_statement_waits(books: Books) -> None:
    """« La banque le prouve » is said of all or of nothing."""
    await posted(books, [payment(500)])
    id, day = UUID(int=2), DAY + timedelta(days=1)
    await posted(books, [payment(70, statement_id=id)], opening_minor=900, statement_id=id, day=day)
    await books.prove()
    page = (await books.get("/comptes")).text
    assert "La banque le prouve" not in page
    assert "La banque en prouve une partie" in page


async def test_a_statement_of_which_lines_are_missing_is_shown(books: Books) -> None:
    """With how many have come: nothing differs, and it is not proved."""
    first, missing = payment(10_000), payment(2_000)
    await books.hear(first, statement(0, [first, missing]))
    await books.prove()
    found = await proof(books)
    assert ([one.gap_minor for one in found.currencies], found.is_proved) == ([0], False)
    assert [(one.posted_lines, one.announced_lines) for one in found.unproved] == [(1, 2)]


async def test_a_gap_between_books_and_bank_is_an_alarm_on_the_page(books: Books) -> None:
    """A balance that somebody changed: in cents, for everybody to see."""
    await posted(books, [payment(10_000)])
    await books.prove()
    assert "La banque le prouve" in (await books.get("/comptes")).text
    await books.as_owner("update balances set amount_minor = amount_minor + 1 where account = '512100'")
    assert [one.gap_minor for one in (await proof(books)).currencies] == [1]
    assert "Les comptes et la banque diffèrent" in (await books.get("/comptes")).text
    assert (await books.get("/api/ledger/bank-proof")).json()["is_proved"] is False


async def test_euros_never_prove_francs(books: Books) -> None:
    """An account in each; one franc too many beside a cent that is missing is two gaps, not none."""
    francs = {"territory": "988", "currency": "XPF", "statement_id": UUID(int=2)}
    await posted(books, [payment(10_000)])
    await posted(
        books, [payment(2_000, **francs)], 500, statement_id=UUID(int=2), account="NC..0001", currency="XPF"
    )
    await books.prove()
    found = await proof(books)
    assert (found.currencies, found.is_proved) == (
        [held("EUR", 10_000, 10_000), held("XPF", 2_500, 2_500)],
        True,
    )
    page = (await books.get("/comptes")).text
    assert "2\u202f500\u00a0F\u00a0CFP au" in page
    await books.as_owner(
        "update balances set amount_minor = amount_minor + case territory when '988' then 1 else -1 end"
        " where account = '512100' and territory <> '00'"
    )
    assert [one.gap_minor for one in (await proof(books)).currencies] == [-1, 1]
    assert sum("banque : le compte 512100" in problem for problem in await books.problems()) == 2
    assert "un écart de 1\u00a0F\u00a0CFP" in (await books.get("/comptes")).text


async def test_a_statement_is_not_proved_by_lines_in_another_currency(books: Books) -> None:
    """As many lines and the same number, but francs where the bank says euros: it waits."""
    await posted(books, [payment(500, currency="XPF")])
    assert await books.prove() == 0
    assert (await proof(books)).is_proved is False
