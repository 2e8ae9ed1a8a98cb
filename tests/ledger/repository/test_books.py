"""Books are opened by what an index finds, however young and long the journal is."""

from uuid import uuid4

from services.ledger.repository.books import open_books
from tests.ledger.books import Books, payment

READ_IN_FULL = "select seq_tup_read from pg_stat_xact_user_tables where relname = 'journal_entries'"


async def test_the_events_of_a_batch_are_looked_for_in_the_index(books: Books) -> None:
    """Not in the whole journal: in its first minute no statistics know it, and a campaign may begin then."""
    for _ in range(3):
        await books.hear(*[payment(1_000, territory="64") for _ in range(1_000)])
    await books.service.database.close()  # a new connection plans anew
    async with books.service.database.begin() as work:
        await work.execute("set local random_page_cost = 4")  # PostgreSQL's own: it doubts an index then
        await open_books(work, "64", {uuid4(): b"" for _ in range(500)})
        assert (await work.execute(READ_IN_FULL)).scalar_one() == 0
