"""What the database itself refuses, whoever asks."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.ledger.books import Books, payment

ENTRY = (
    "insert into journal_entries (territory, seq, event_id, journal, entry_number, entry_on, value_on, document,"
    " label, payload_hash, recorded_at, hash) values ('64', 9, :id, 'OD', 1, now(), now(), 'd', 'l', '', now(), '')"
)
LINES = "insert into entry_lines (territory, seq, line, account, fund, instrument, currency, amount_minor) values "


def values(*lines: tuple[int, int, str, str, int]) -> str:
    """(seq, line, account, currency, amount) as SQL."""
    return LINES + ", ".join(
        f"('64', {seq}, {line}, '{account}', 'f', 'gift', '{currency}', {amount})"
        for seq, line, account, currency, amount in lines
    )


NO_ENTRIES = {
    "sums": (values((9, 1, "512100", "EUR", 100), (9, 2, "754110", "EUR", -99)), "unbalanced"),
    "currencies": (values((9, 1, "512100", "EUR", 100), (9, 2, "754110", "XPF", -100)), "unbalanced"),
    "memo against money": (values((9, 1, "512100", "EUR", 9), (9, 2, "802100", "EUR", -9)), "unbalanced"),
    "one line": (values((9, 1, "512100", "EUR", 100)), "unbalanced"),
    "unknown account": (values((9, 1, "512100", "EUR", 1), (9, 2, "999999", "EUR", -1)), "unknown account"),
    "zeros": (values((9, 1, "512100", "EUR", 0), (9, 2, "754110", "EUR", 0)), "__amount_minor"),
    "no entry": (values((8, 1, "512100", "EUR", 1), (8, 2, "754110", "EUR", -1)), "incomplete"),
    "lines added later": (values((1, 3, "512100", "EUR", 1), (1, 4, "754110", "EUR", -1)), "incomplete"),
}


async def test_lines_that_are_no_entry_are_refused(books: Books) -> None:
    """By constraint or trigger, for the service's role as for any."""
    await books.hear(payment(100))
    for sql, why in NO_ENTRIES.values():
        async with books.service.database.engine.connect() as connection:
            await connection.execute(text(ENTRY), {"id": uuid4()})
            with pytest.raises(DBAPIError, match=why):
                await connection.execute(text(sql))
    assert await books.problems() == []


def entry(territory: str, seq: int, *amounts: int, currency: str = "EUR") -> tuple[str, int, str]:
    """An entry of that many lines, as the values of its lines."""
    lines = [
        f"('{territory}', {seq}, {line}, '512100', 'f', 'gift', '{currency}', {amount})"
        for line, amount in enumerate(amounts, start=1)
    ]
    return territory, seq, ", ".join(lines)


async def post(books: Books, *entries: tuple[str, int, str], without: int | None = None) -> None:
    """Their lines in one statement, and the entries themselves, `without` the one of that number; nothing is kept."""
    async with books.service.database.engine.connect() as connection:
        for territory, seq, _ in entries:
            if seq != without:
                of_it = ENTRY.replace("('64', 9,", f"('{territory}', {seq},")
                await connection.execute(text(of_it), {"id": uuid4()})
        await connection.execute(text(LINES + ", ".join(lines for _, _, lines in entries)))


async def test_entries_that_cancel_out_together_are_refused(books: Books) -> None:
    """Each balances by itself."""
    with pytest.raises(DBAPIError, match="unbalanced"):
        await post(books, entry("64", 9, 100, -99), entry("64", 10, 100, -101))


async def test_one_bad_entry_of_another_territory_is_refused(books: Books) -> None:
    """However many good ones come in the same statement."""
    with pytest.raises(DBAPIError, match="unbalanced"):
        await post(books, entry("13", 1, 5, -5), entry("64", 9, 5, -5), entry("64", 10, 5, -4))


async def test_lines_of_an_entry_that_is_missing_among_others_are_refused(books: Books) -> None:
    """Those before and after it are there."""
    with pytest.raises(DBAPIError, match="incomplete"):
        await post(books, *[entry("64", seq, 5, -5) for seq in (9, 10, 11)], without=10)


async def test_entries_need_not_follow_one_another_nor_be_in_euros(books: Books) -> None:
    """The screening has to ask more closely then, and finds nothing wrong."""
    await post(books, entry("64", 9, 5, -5), entry("64", 11, 7, -7, currency="XPF"))


CHANGES = [
    "update journal_entries set label = 'x'",
    "update entry_lines set amount_minor = 1",
    "delete from entry_lines",
    "delete from journal_entries",
    "truncate entry_lines",
    "truncate journal_entries cascade",
]


BEYOND_THE_SERVICE = [
    *CHANGES,
    "update local_currency_policies set basis_points = 0",
    "delete from balances",
    "delete from chains",
    "delete from returned_receipts",
    "delete from disbursements",
    "alter table entry_lines disable trigger user",
    "drop table entry_lines",
]


async def test_the_owner_cannot_change_the_books_by_accident(books: Books) -> None:
    """The triggers refuse each kind of change."""
    await books.hear(payment(100))
    for sql in CHANGES:
        async with books.owner.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                await connection.execute(text(sql))


async def test_the_service_has_no_right_to_change_the_books(books: Books) -> None:
    """Its role may add, and update what stands beside the journal; the triggers are not even asked."""
    await books.hear(payment(100))
    for sql in BEYOND_THE_SERVICE:
        async with books.service.database.engine.connect() as connection:
            with pytest.raises(DBAPIError, match="permission denied|must be owner"):
                await connection.execute(text(sql))
