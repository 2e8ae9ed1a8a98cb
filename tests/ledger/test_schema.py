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
    "unknown account": (values((9, 1, "512100", "EUR", 1), (9, 2, "999999", "EUR", -1)), "__account"),
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
